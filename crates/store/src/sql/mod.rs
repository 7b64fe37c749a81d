//! The implementation in SQL, by Diesel.
