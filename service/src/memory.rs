//! Memory of the process: what was needed for a moment goes back to the system.
//!
//! A policy and the review index are read through several times the memory that they take. The allocator of glibc keeps
//! what is freed, in each of its arenas, and takes ever larger blocks from there. Other allocators are left as they are.

/// Keeps large blocks out of the arenas for as long as the process runs: each goes back to the system when it is freed.
/// To be called before there are other threads.
pub fn configure() {
    system::configure();
}

/// Returns free memory to the system, away from the threads that serve requests.
pub(crate) async fn release() {
    // It cannot fail, and nothing depends on it.
    let _ = tokio::task::spawn_blocking(system::release).await;
}

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the allocator has no safe interface")]
mod system {
    /// Size of a block, in bytes, from which it is taken from the system by itself. It is what glibc begins with; unless it
    /// is set, glibc raises it to the size of each block that is freed.
    const LARGE: libc::c_int = 128 * 1024;

    pub(super) fn configure() {
        // SAFETY: no thread allocates meanwhile.
        let _ = unsafe { libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE) };
    }

    pub(super) fn release() {
        // SAFETY: it locks what it reads, and takes only memory that is free.
        let _ = unsafe { libc::malloc_trim(0) };
    }
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
mod system {
    pub(super) fn configure() {}

    pub(super) fn release() {}
}
