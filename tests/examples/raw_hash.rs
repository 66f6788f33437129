//! Baseline for logins in `scripts/bench`: Argon2id hashes per second on one thread, with a reused buffer.

#![expect(clippy::expect_used, reason = "a measurement fails by panicking")]

use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::time::{Duration, Instant};

fn main() {
    let params = Params::new(19_456, 2, 1, None).expect("valid parameters");
    let mut memory = vec![Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let (mut hash, mut count, start) = ([0; 32], 0_u32, Instant::now());
    while start.elapsed() < Duration::from_secs(5) {
        argon2
            .hash_password_into_with_memory(
                b"correct horse battery staple",
                b"sixteen bytes ok",
                &mut hash,
                &mut memory,
            )
            .expect("a hash");
        count += 1;
    }
    println!("{:.2}", f64::from(count) / start.elapsed().as_secs_f64());
}
