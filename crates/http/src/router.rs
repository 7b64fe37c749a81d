//! From a request to its handler.
//!
//! The table of [`route`](crate::route) as a tree of paths. actix-web's own resources are expressions, which it tries
//! one after the other: with as many as there are here, that costs more than all else around a handler.

use std::fmt;
use std::rc::Rc;

use actix_web::dev::{ResourceDef, Service, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::{Error, HttpMessage};

use crate::edge::render;
use crate::failure::Failure;
use crate::route::{Matched, allowed, paths, routes};
use crate::{Http, limits};

/// Every path of the table, with the handlers that a worker has for it.
pub(crate) struct Router(matchit::Router<Place>);

/// A path as it stands in the table, or the same with a slash at its end.
struct Place {
    /// Takes the parameters out of a request's path, where the path has any.
    parameters: Option<ResourceDef>,
    resource: Rc<Resource>,
}

/// What stands at a path.
struct Resource {
    handlers: Vec<(Matched, Handler)>,
    /// The methods that they take, for whoever asks with another.
    allowed: String,
}

type Handler = <actix_web::Route as ServiceFactory<ServiceRequest>>::Service;

impl Router {
    /// Makes every handler; fails with no word, as actix-web wants it, where one of them or the table is at fault.
    pub(crate) async fn new() -> Result<Self, ()> {
        let mut router = matchit::Router::new();
        for path in paths() {
            let mut handlers = Vec::new();
            for (place, route) in routes().enumerate().filter(|(_, route)| route.path == path) {
                handlers.push((Matched { route, place }, (route.handler)().new_service(()).await?));
            }
            let resource = Rc::new(Resource { handlers, allowed: allowed(path) });
            for path in [path.to_owned(), format!("{path}/")] {
                let parameters = path.contains('{').then(|| ResourceDef::new(path.as_str()));
                let place = Place { parameters, resource: Rc::clone(&resource) };
                router.insert(path, place).map_err(|error| {
                    tracing::error!(%error, "the table of routes contradicts itself");
                })?;
            }
        }
        Ok(Self(router))
    }

    /// Has the request answered by its handler; where there is none, in the shape of the API that the path belongs to.
    pub(crate) async fn answer(
        &self,
        http: &Http,
        mut request: ServiceRequest,
    ) -> Result<ServiceResponse, Error> {
        let refused = match self.handler(&mut request) {
            Ok(handler) => match limits::refuse_too_many(http, request.request()).await {
                Ok(()) => return handler.call(request).await,
                Err(failure) => failure,
            },
            Err(failure) => failure,
        };
        let answer = render(&refused, request.request());
        Ok(request.into_response(answer))
    }

    /// Leaves what was matched with the request, for whoever asks who may call it.
    fn handler(&self, request: &mut ServiceRequest) -> Result<&Handler, Failure> {
        let found = self.0.at(request.match_info().unprocessed());
        let Place { parameters, resource } = found.map_err(|_no_path| Failure::NoSuchRoute)?.value;
        let (matched, handler) = resource
            .handlers
            .iter()
            .find(|(matched, _)| matched.route.takes(request.method()))
            .ok_or_else(|| Failure::MethodNotAllowed { allowed: resource.allowed.clone() })?;
        if let Some(parameters) = parameters
            && !parameters.capture_match_info(request)
        {
            return Err(Failure::NoSuchRoute);
        }
        request.extensions_mut().insert(*matched);
        Ok(handler)
    }
}

impl fmt::Debug for Router {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Router")
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::Uri;
    use actix_web::test::TestRequest;

    use super::*;

    /// What was matched, and the parameters by name and value.
    type Found = Option<(&'static str, Vec<(String, String)>)>;

    fn found(path: Option<&'static str>, request: &ServiceRequest) -> Found {
        let parameters = request.match_info().iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        path.map(|path| (path, parameters.collect()))
    }

    /// By the router, asked for with a method that the path takes.
    fn by_router(router: &Router, path: &str) -> Found {
        let mut request = TestRequest::with_uri(path).to_srv_request();
        let place = router.0.at(request.match_info().unprocessed()).ok()?.value;
        request.head_mut().method = place.resource.handlers[0].0.route.method.clone();
        assert!(router.handler(&mut request).is_ok(), "{path}");
        let matched = request.extensions().get::<Matched>().map(|matched| matched.route.path);
        found(matched, &request)
    }

    /// By expressions, tried one after the other in the order of the table.
    fn by_expressions(expressions: &[(&'static str, ResourceDef)], path: &str) -> Found {
        let mut request = TestRequest::with_uri(path).to_srv_request();
        let first = expressions.iter().find(|(_, expression)| expression.capture_match_info(&mut request));
        found(first.map(|(path, _)| *path), &request)
    }

    /// Every path of one or two words out of the table's and others; every path of the table with any segment
    /// exchanged for any word; all of them also with a slash at the end.
    fn asked_for() -> Vec<String> {
        let of_table = paths().into_iter().flat_map(|path| path.split('/'));
        let others = ["x", "%2F", "a%2Fb", "%C3%A4", "%68ealth", ".", "..", "*", "Api", "stor", "a;b=c"];
        let mut words: Vec<_> = of_table.filter(|word| !word.contains('{')).chain(others).collect();
        words.sort_unstable();
        words.dedup();
        let mut asked: Vec<String> = vec!["/".to_owned()];
        for first in &words {
            asked.push(format!("/{first}"));
            asked.extend(words.iter().map(|second| format!("/{first}/{second}")));
        }
        for path in paths() {
            let segments: Vec<_> =
                path.split('/').map(|word| if word.contains('{') { "some" } else { word }).collect();
            for (place, word) in
                (1..segments.len()).flat_map(|place| words.iter().map(move |word| (place, word)))
            {
                let mut segments = segments.clone();
                segments[place] = word;
                asked.push(segments.join("/"));
                segments.push(word);
                asked.push(segments.join("/"));
            }
        }
        let with_slash: Vec<_> = asked.iter().map(|path| format!("{path}/")).collect();
        asked.into_iter().chain(with_slash).filter(|path| path.parse::<Uri>().is_ok()).collect()
    }

    /// The table in the order in which its expressions are to be tried: a word goes before a parameter.
    fn words_first() -> Vec<&'static str> {
        let mut paths = paths();
        paths.sort_by_key(|path| path.split('/').map(|segment| segment.contains('{')).collect::<Vec<_>>());
        paths
    }

    #[actix_web::test]
    async fn paths_are_found_and_read_as_by_expressions_words_before_parameters() {
        let router = Router::new().await.unwrap();
        let expressions: Vec<_> = words_first()
            .into_iter()
            .map(|path| (path, ResourceDef::new([path.to_owned(), format!("{path}/")])))
            .collect();
        let asked = asked_for();
        let mut times_found = 0;
        for path in &asked {
            let found = by_router(&router, path);
            times_found += usize::from(found.is_some());
            assert_eq!(found, by_expressions(&expressions, path), "{path}");
        }
        assert!(times_found > 1000 && asked.len() > times_found, "{times_found} of {}", asked.len());
    }
}
