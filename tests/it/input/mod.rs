//! Whatever is sent, the service answers, stays alive, and keeps exactly what it took.

mod ids;
mod kept;
mod numbers;
mod strings;
