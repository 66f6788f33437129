//! Windows, buckets and bounds, counted in process.

use super::windows::SHARED;
use super::*;

fn with_room(room: usize) -> RateLimits {
    let settings =
        LimitSettings { login_per_account: 3, login_per_address: 2, signup_per_address: 1, refresh_per_session: 1 };
    RateLimits::alone(&settings, room)
}

fn limits() -> RateLimits {
    with_room(1_000)
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_900_000_000 + seconds, 0).unwrap()
}

fn address(text: &str) -> Counted<'static> {
    Counted::LoginAddress(text.parse().unwrap())
}

#[tokio::test]
async fn tries_beyond_the_limit_wait_for_the_end_of_the_window() {
    let limits = limits();
    let ana = Counted::LoginAccount("ana");
    for second in [0, 10, 20] {
        limits.take(ana, at(second)).await.unwrap();
    }
    let Err(Error::RateLimited { retry_after }) = limits.take(ana, at(25)).await else { panic!("the limit") };
    assert_eq!(retry_after.as_secs(), 35);
    assert!(limits.take(ana, at(59)).await.is_err(), "refused tries do not lengthen the window");
    assert!(limits.take(ana, at(60)).await.is_ok());
}

#[tokio::test]
async fn accounts_addresses_sessions_and_buckets_are_counted_apart() {
    let limits = limits();
    let here: IpAddr = "192.0.2.1".parse().unwrap();
    limits.take(Counted::SignupAddress(here), at(0)).await.unwrap();
    assert!(limits.take(Counted::SignupAddress(here), at(0)).await.is_err());
    limits.take(Counted::LoginAddress(here), at(0)).await.unwrap();
    limits.take(Counted::SignupAddress("192.0.2.2".parse().unwrap()), at(0)).await.unwrap();
    for session in [1, 2] {
        limits.take(Counted::Refresh(uuid::Uuid::from_u128(session).into()), at(0)).await.unwrap();
    }
    limits.take(Counted::LoginAccount("ana"), at(0)).await.unwrap();
    limits.take(Counted::LoginAccount("bob"), at(0)).await.unwrap();
}

#[tokio::test]
async fn tries_to_sign_in_leave_those_of_a_live_session_alone() {
    let limits = limits();
    let (here, session) = ("192.0.2.1".parse().unwrap(), uuid::Uuid::from_u128(1).into());
    for _ in 0..2 {
        limits.take(Counted::LoginAddress(here), at(0)).await.unwrap();
        limits.take(Counted::ConfirmAddress(here), at(0)).await.unwrap();
    }
    for _ in 0..3 {
        limits.take(Counted::ConfirmSession(session), at(0)).await.unwrap();
    }
    for counted in [Counted::LoginAddress(here), Counted::ConfirmAddress(here), Counted::ConfirmSession(session)] {
        assert!(limits.take(counted, at(0)).await.is_err(), "{counted:?}");
    }
    limits.take(Counted::ConfirmSession(uuid::Uuid::from_u128(2).into()), at(0)).await.unwrap();
}

#[tokio::test]
async fn an_ipv6_client_does_not_get_more_tries_by_changing_its_address() {
    let limits = limits();
    limits.take(address("2001:db8::1"), at(0)).await.unwrap();
    limits.take(address("2001:db8::ffff:2"), at(0)).await.unwrap();
    assert!(limits.take(address("2001:db8::3"), at(0)).await.is_err());
    assert!(limits.take(address("2001:db8:0:1::1"), at(0)).await.is_ok());
    limits.take(address("192.0.2.1"), at(0)).await.unwrap();
    limits.take(address("::ffff:192.0.2.1"), at(0)).await.unwrap();
    assert!(limits.take(address("192.0.2.1"), at(0)).await.is_err());
}

#[tokio::test]
async fn a_try_can_be_given_back_and_all_forgotten() {
    let limits = limits();
    let ana = Counted::LoginAccount("ana");
    for _ in 0..3 {
        limits.take(ana, at(0)).await.unwrap();
    }
    limits.give_back(ana).await;
    limits.take(ana, at(0)).await.unwrap();
    assert!(limits.take(ana, at(0)).await.is_err());
    limits.forget(ana).await;
    for _ in 0..3 {
        limits.take(ana, at(1)).await.unwrap();
    }
    limits.give_back(Counted::LoginAccount("nobody")).await;
}

#[tokio::test]
async fn a_clock_set_back_does_not_lock_anybody_out_for_long() {
    let limits = limits();
    let ana = Counted::LoginAccount("ana");
    for _ in 0..3 {
        limits.take(ana, at(3600)).await.unwrap();
    }
    assert!(limits.take(ana, at(0)).await.is_ok());
}

#[tokio::test]
async fn memory_is_bounded_and_those_already_counted_stay_counted() {
    let limits = with_room(10);
    let ana = Counted::LoginAccount("ana");
    for _ in 0..3 {
        limits.take(ana, at(0)).await.unwrap();
    }
    for stranger in 0..20_000 {
        // Those who share a window may be refused; that is the price of a flood.
        let _ = limits.take(Counted::LoginAccount(&format!("stranger-{stranger}")), at(30)).await;
    }
    assert!(limits.windows.len() <= 10 + usize::try_from(SHARED).unwrap());
    assert!(limits.take(ana, at(31)).await.is_err());
    assert!(limits.take(Counted::LoginAccount("bob"), at(120)).await.is_ok());
    assert!(limits.windows.len() < 10);
}
