//! How everything becomes one service of actix-web's.

use std::rc::Rc;

use actix_web::dev::{
    AppService, Extensions, HttpServiceFactory, ResourceDef, Service, ServiceRequest, ServiceResponse,
    fn_factory, fn_service,
};
use actix_web::{Error, web};

use crate::Http;
use crate::edge::edge;
use crate::router::Router;

/// Takes all paths that nothing mounted before it has taken.
#[derive(Debug)]
pub(crate) struct Mount(pub(crate) Http);

impl HttpServiceFactory for Mount {
    fn register(self, config: &mut AppService) {
        let factory = fn_factory(move || service(self.0.clone()));
        config.register_service(ResourceDef::root_prefix(""), None, factory, None);
    }
}

/// What one worker needs.
struct Worker {
    http: Http,
    router: Router,
    /// What extractors find beside a request.
    data: Rc<Extensions>,
}

async fn service(
    http: Http,
) -> Result<impl Service<ServiceRequest, Response = ServiceResponse, Error = Error>, ()> {
    let mut data = Extensions::new();
    data.insert(web::Data::new(http.clone()));
    let worker = Rc::new(Worker { http, router: Router::new().await?, data: Rc::new(data) });
    Ok(fn_service::<_, _, _, _, _, ()>(move |mut request: ServiceRequest| {
        let worker = Rc::clone(&worker);
        request.add_data_container(Rc::clone(&worker.data));
        async move { edge(&worker.http, &worker.router, request).await }
    }))
}
