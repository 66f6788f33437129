//! Cookies and lists of addresses.

use super::*;

#[test]
fn invalid_cookies_and_lists_are_refused() {
    let shared = |domain| [PLAIN_NAMES.as_slice(), &[("KEYWARD_COOKIE_DOMAIN", domain)]].concat();
    with(&shared("example.org")).expect("names without a prefix");
    let elsewhere = [PLAIN_NAMES.as_slice(), &[("KEYWARD_COOKIE_PATH", "/graphql")]].concat();
    with(&elsewhere).expect("names without a prefix");
    for bad in [".example.org", "localhost", "EXAMPLE.org", "example.org; Secure"] {
        assert!(refusal(&shared(bad)).starts_with("`KEYWARD_COOKIE_DOMAIN` has the invalid value `"), "{bad}");
    }
    for (variable, value) in [
        ("KEYWARD_COOKIE_DOMAIN", "example.org"),
        ("KEYWARD_COOKIE_PATH", "/graphql"),
        ("KEYWARD_COOKIE_PATH", "graphql"),
        ("KEYWARD_COOKIE_ACCESS_NAME", "a b"),
        ("KEYWARD_COOKIE_ACCESS_NAME", "a=b"),
        ("KEYWARD_COOKIE_REFRESH_NAME", "__Host-keyward-access"),
        ("KEYWARD_COOKIE_SAME_SITE", "Lax"),
        ("KEYWARD_COOKIE_MAX_AGE", "401d"),
        ("KEYWARD_CORS_ORIGINS", "*"),
        ("KEYWARD_CORS_ORIGINS", "https://app.example.org/"),
        ("KEYWARD_TRUSTED_PROXIES", "proxy.example.org"),
        ("KEYWARD_TRUSTED_PROXIES", "10.0.0.1/8"),
    ] {
        let line = refusal(&[(variable, value)]);
        assert!(line.starts_with(&format!("`{variable}` has the invalid value `{value}`: use ")), "{line}");
    }
}

#[test]
fn insecure_cookies_are_accepted_on_loopback_only() {
    let off = ("KEYWARD_COOKIE_SECURE", "false");
    let with_names = |more: &[(&'static str, &'static str)]| [PLAIN_NAMES.as_slice(), &[off], more].concat();
    with(&with_names(&[])).expect("the default address is a loopback address");
    with(&with_names(&[("KEYWARD_LISTEN", "[::1]:8080")])).expect("so is this");
    assert_eq!(
        refusal(&with_names(&[("KEYWARD_LISTEN", "0.0.0.0:8080")])),
        "`KEYWARD_COOKIE_SECURE` is `false`, but 0.0.0.0:8080 is not a loopback address: use a TLS proxy in front and \
         leave it `true`"
    );
    for prefix in ["__Host-", "__Secure-", "__host-"] {
        let name = format!("{prefix}a");
        let line = refusal(&[off, ("KEYWARD_COOKIE_ACCESS_NAME", &name), PLAIN_NAMES[1]]);
        assert!(line.starts_with("`KEYWARD_COOKIE_SECURE` is `false`, but browsers reject"), "{line}");
    }
    assert!(refusal(&with_names(&[("KEYWARD_COOKIE_SAME_SITE", "none")])).contains("`none`"));
}
