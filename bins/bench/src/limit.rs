//! What the machine can do over HTTP: servers with the same stack as the product's that do one thing and nothing else.

pub(crate) mod check;
pub(crate) mod create;

use std::net::Ipv4Addr;

use actix_web::rt::System;
use actix_web::web::ServiceConfig;
use actix_web::{App, HttpServer};

/// Serves on the loopback address, with a worker for each core that this process may use, as the product does.
fn serve(port: u16, routes: impl Fn(&mut ServiceConfig) + Clone + Send + 'static) -> anyhow::Result<()> {
    System::new().block_on(async {
        let server = HttpServer::new(move || App::new().configure(routes.clone()));
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        Ok(server.workers(workers).backlog(2048).bind((Ipv4Addr::LOCALHOST, port))?.run().await?)
    })
}
