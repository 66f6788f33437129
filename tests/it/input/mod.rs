//! Robustness against any input: the service responds, stays up, and stores accepted values exactly.

mod ids;
mod numbers;
mod round_trips;
mod strings;
