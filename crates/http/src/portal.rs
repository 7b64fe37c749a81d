//! The customer portal: pages for people, without a line of script that they need.

pub(crate) mod problem;

use crate::route::Route;

pub(crate) static ROUTES: &[Route] = &[];
