//! Windows, buckets and bounds, counted in process.

use super::windows::Scope;
use super::*;
use crate::{Actor, Context, Error, RequestInfo};
use chrono::{DateTime, Utc};
use std::net::IpAddr;

fn with_capacity(capacity: usize) -> RateLimits {
    let settings = LimitSettings {
        login_per_account: 3,
        login_per_address: 2,
        signup_per_address: 1,
        refresh_per_session: 1,
        self_service_per_user: 2,
        expensive_per_user: 2,
    };
    RateLimits::in_process(&settings, capacity)
}

fn limits() -> RateLimits {
    with_capacity(1_000)
}

fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_900_000_000 + seconds, 0).unwrap()
}

fn address(text: &str) -> AttemptKey<'static> {
    AttemptKey::LoginAddress(text.parse().unwrap())
}

#[tokio::test]
async fn attempts_beyond_the_limit_wait_for_the_end_of_the_window() {
    let limits = limits();
    let ana = AttemptKey::LoginName("ana");
    for second in [0, 10, 20] {
        limits.take(ana, at(second)).await.unwrap();
    }
    let Err(Error::RateLimited { retry_after }) = limits.take(ana, at(25)).await else { panic!("the limit") };
    assert_eq!(retry_after.as_secs(), 35);
    assert!(limits.take(ana, at(59)).await.is_err(), "refused attempts do not lengthen the window");
    assert!(limits.take(ana, at(60)).await.is_ok());
}

#[tokio::test]
async fn accounts_addresses_sessions_and_buckets_are_counted_apart() {
    let limits = limits();
    let here: IpAddr = "192.0.2.1".parse().unwrap();
    limits.take(AttemptKey::SignupAddress(here), at(0)).await.unwrap();
    assert!(limits.take(AttemptKey::SignupAddress(here), at(0)).await.is_err());
    limits.take(AttemptKey::LoginAddress(here), at(0)).await.unwrap();
    limits.take(AttemptKey::SignupAddress("192.0.2.2".parse().unwrap()), at(0)).await.unwrap();
    for session in [1, 2] {
        limits.take(AttemptKey::Refresh(uuid::Uuid::from_u128(session).into()), at(0)).await.unwrap();
    }
    limits.take(AttemptKey::LoginName("ana"), at(0)).await.unwrap();
    limits.take(AttemptKey::LoginName("bob"), at(0)).await.unwrap();
}

#[tokio::test]
async fn login_attempts_are_not_counted_for_a_live_session() {
    let limits = limits();
    let (here, session) = ("192.0.2.1".parse().unwrap(), uuid::Uuid::from_u128(1).into());
    for _ in 0..2 {
        limits.take(AttemptKey::LoginAddress(here), at(0)).await.unwrap();
        limits.take(AttemptKey::ConfirmAddress(here), at(0)).await.unwrap();
    }
    for _ in 0..3 {
        limits.take(AttemptKey::ConfirmSession(session), at(0)).await.unwrap();
    }
    for counted in
        [AttemptKey::LoginAddress(here), AttemptKey::ConfirmAddress(here), AttemptKey::ConfirmSession(session)]
    {
        assert!(limits.take(counted, at(0)).await.is_err(), "{counted:?}");
    }
    limits.take(AttemptKey::ConfirmSession(uuid::Uuid::from_u128(2).into()), at(0)).await.unwrap();
}

#[tokio::test]
async fn an_ipv6_client_gets_no_more_attempts_by_changing_its_address() {
    let limits = limits();
    limits.take(address("2001:db8::1"), at(0)).await.unwrap();
    limits.take(address("2001:db8::ffff:2"), at(0)).await.unwrap();
    assert!(limits.take(address("2001:db8::3"), at(0)).await.is_err());
    assert!(limits.take(address("2001:db8:0:1::1"), at(0)).await.is_ok());
    limits.take(address("192.0.2.1"), at(0)).await.unwrap();
    limits.take(address("::ffff:192.0.2.1"), at(0)).await.unwrap();
    assert!(limits.take(address("192.0.2.1"), at(0)).await.is_err());
}

fn request_from(address: &str) -> Context {
    request_at(address.parse().unwrap())
}

fn request_at(address: IpAddr) -> Context {
    let (id, ip_address) = (uuid::Uuid::from_u128(1).into(), Some(address));
    Context::new(Actor::Anonymous, RequestInfo { id, ip_address, user_agent: None })
}

#[tokio::test]
async fn attempts_can_be_refunded_and_forgotten() {
    let limits = limits();
    let ana = AttemptKey::LoginName("ana");
    for _ in 0..2 {
        limits.take(ana, at(0)).await.unwrap();
    }
    let third = limits.take(ana, at(0)).await.unwrap();
    third.refund().await;
    limits.take(ana, at(0)).await.unwrap();
    assert!(limits.take(ana, at(0)).await.is_err());
    third.forget().await;
    for _ in 0..3 {
        limits.take(ana, at(1)).await.unwrap();
    }
}

#[tokio::test]
async fn a_refund_counts_for_the_account_and_for_the_address() {
    let (limits, here) = (limits(), request_from("192.0.2.1"));
    let ana = AttemptKey::LoginName("ana");
    for _ in 0..10 {
        limits.take_password(&here, ana, at(0)).await.unwrap().refund().await;
    }
    for _ in 0..2 {
        limits.take_password(&here, ana, at(0)).await.unwrap();
    }
    assert!(limits.take(address("192.0.2.1"), at(0)).await.is_err());
    limits.take(ana, at(0)).await.unwrap();
    assert!(limits.take(ana, at(0)).await.is_err());
}

#[tokio::test]
async fn only_an_outcome_that_does_not_depend_on_the_password_is_refunded() {
    let (limits, here) = (limits(), request_from("192.0.2.1"));
    let ana = AttemptKey::LoginName("ana");
    let wrong = crate::Refusal::new(crate::RefusalCode::InvalidCredentials, "the password is wrong");
    limits.take_password(&here, ana, at(0)).await.unwrap().settle(&Err::<(), _>(Error::from(wrong))).await;
    let outage = Err::<(), _>(Error::Unavailable("the database is lost".into()));
    limits.take_password(&here, ana, at(0)).await.unwrap().settle(&outage).await;
    limits.take_password(&here, ana, at(0)).await.unwrap().settle(&Ok(())).await;
    assert!(limits.take(address("192.0.2.1"), at(0)).await.is_err(), "two of three are counted for the address");
    for _ in 0..3 {
        limits.take(ana, at(0)).await.unwrap();
    }
}

#[tokio::test]
async fn a_clock_set_back_locks_no_account_out_for_long() {
    let limits = limits();
    let ana = AttemptKey::LoginName("ana");
    for _ in 0..3 {
        limits.take(ana, at(3600)).await.unwrap();
    }
    assert!(limits.take(ana, at(0)).await.is_ok());
}

#[tokio::test]
async fn a_name_an_account_and_a_stranger_are_counted_apart() {
    let limits = limits();
    let account = AttemptKey::LoginAccount(uuid::Uuid::from_u128(1).into());
    for key in [account, AttemptKey::LoginStranger("ana"), AttemptKey::LoginName("ana")] {
        for _ in 0..3 {
            limits.take(key, at(0)).await.unwrap();
        }
        assert!(limits.take(key, at(0)).await.is_err(), "{key:?}");
    }
}

#[tokio::test]
async fn an_attempt_is_forgotten_for_the_name_and_for_the_account() {
    let limits = limits();
    let (name, account) = (AttemptKey::LoginName("ana"), AttemptKey::LoginAccount(uuid::Uuid::from_u128(1).into()));
    for _ in 0..5 {
        let mut attempt = limits.take_password(&request_from("192.0.2.1"), name, at(0)).await.unwrap();
        attempt.take(account, at(0)).await.unwrap();
        attempt.refund().await;
    }
    for address in ["192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5"] {
        let mut attempt = limits.take_password(&request_from(address), name, at(0)).await.unwrap();
        attempt.take(account, at(0)).await.unwrap();
        attempt.forget().await;
    }
    assert_eq!(limits.windows.len(), 4, "the addresses");
}

#[tokio::test]
async fn a_refund_leaves_no_window_behind() {
    let limits = limits();
    for number in 0..500 {
        let name = format!("name{number}");
        limits.take(AttemptKey::LoginName(&name), at(0)).await.unwrap().refund().await;
    }
    assert_eq!(limits.windows.len(), 0);
}

#[tokio::test]
async fn memory_is_bounded_and_windows_near_their_limit_stay() {
    let limits = with_capacity(100);
    let ana = AttemptKey::LoginName("ana");
    for _ in 0..3 {
        limits.take(ana, at(0)).await.unwrap();
    }
    for number in 0..20_000 {
        let other = format!("other-{number}");
        limits.take(AttemptKey::LoginName(&other), at(30)).await.expect("nobody is refused for want of room");
    }
    assert_eq!(limits.windows.len(), 100);
    assert!(limits.take(ana, at(31)).await.is_err());
    assert!(limits.take(AttemptKey::LoginName("bob"), at(120)).await.is_ok());
    assert_eq!(limits.windows.len(), 1, "what is over is removed when room is short");
}

/// A /64 of its own for each number.
fn client(number: u32) -> IpAddr {
    IpAddr::V6((0x2001_0db8_u128 << 96 | u128::from(number) << 64 | 1).into())
}

#[tokio::test]
async fn a12_a_flood_from_50400_networks_refuses_nobody_and_fills_one_bucket() {
    let limits = with_capacity(windows::CAPACITY);
    for number in 0..50_400 {
        limits.take(AttemptKey::SignupAddress(client(number)), at(0)).await.unwrap();
    }
    assert_eq!(limits.windows.len(), windows::CAPACITY);
    for number in 0..50_400 {
        let name = format!("nobody{number}");
        let mut attempt = limits.take_password(&request_at(client(number)), AttemptKey::LoginName(&name), at(1)).await;
        attempt.as_mut().unwrap().take(AttemptKey::LoginStranger(&name), at(1)).await.unwrap();
    }
    assert_eq!(limits.windows.len(), 4 * windows::CAPACITY);
    let root = AttemptKey::LoginAccount(uuid::Uuid::from_u128(1).into());
    for number in 1..=3 {
        let owner = request_from(&format!("192.0.2.{number}"));
        limits
            .take_password(&owner, AttemptKey::LoginName("root"), at(2))
            .await
            .unwrap()
            .take(root, at(2))
            .await
            .unwrap();
    }
    // Attempts on one account are counted also while the room is short.
    assert!(limits.take(root, at(2)).await.is_err());
    assert!(limits.take(AttemptKey::LoginName("root"), at(2)).await.is_err());
    assert_eq!(limits.windows.len(), 4 * windows::CAPACITY);
}

#[tokio::test]
async fn while_room_is_short_new_windows_are_counted_in_this_process_only() {
    let windows = Windows::new(2, WINDOW);
    let take = |key| windows.take(Bucket::Refresh, key, 5, at(0)).unwrap();
    assert_eq!([take(1), take(2), take(3)], [Scope::Replicas, Scope::Replicas, Scope::Process]);
    assert_eq!(windows.take(Bucket::SignupAddress, 4, 5, at(0)), Ok(Scope::Replicas), "each bucket has its own room");
}
