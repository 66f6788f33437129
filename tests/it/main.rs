//! Everything with a database or HTTP, in one binary.

mod architecture;
mod identity;
