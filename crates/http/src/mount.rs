//! How everything becomes one service of actix-web's.

use std::rc::Rc;

use actix_web::dev::{
    AppService, Extensions, HttpServiceFactory, ResourceDef, Service, ServiceRequest, ServiceResponse,
    fn_factory, fn_service,
};
use actix_web::{Error, web};

use crate::Http;
use crate::edge::Edge;

/// Takes all paths that nothing mounted before it has taken.
#[derive(Debug)]
pub(crate) struct Mount(pub(crate) Http);

impl HttpServiceFactory for Mount {
    fn register(self, config: &mut AppService) {
        let factory = fn_factory(move || service(self.0.clone()));
        config.register_service(ResourceDef::root_prefix(""), None, factory, None);
    }
}

async fn service(
    http: Http,
) -> Result<impl Service<ServiceRequest, Response = ServiceResponse, Error = Error>, ()> {
    // What extractors find beside a request.
    let mut data = Extensions::new();
    data.insert(web::Data::new(http.clone()));
    let data = Rc::new(data);
    let edge = Rc::new(Edge::new(http).await?);
    Ok(fn_service::<_, _, _, _, _, ()>(move |mut request: ServiceRequest| {
        let edge = Rc::clone(&edge);
        request.add_data_container(Rc::clone(&data));
        async move { edge.answer(request).await }
    }))
}
