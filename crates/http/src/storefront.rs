//! The Store API (seed 2): what a shop's front end calls.

pub(crate) mod problem;

use crate::route::Route;

pub(crate) static ROUTES: &[Route] = &[];
