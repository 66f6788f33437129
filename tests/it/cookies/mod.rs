//! Browser sessions: tokens in cookies, and protection against other sites. Test names begin with the ids of
//! requirements: B for sessions and cookies, C for requests of browsers, I for published incidents.

mod cors;
mod csrf;
mod delivery;
mod identity;
mod login;
mod reauthentication;
mod refresh;
mod settings;

use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::{App, Client, PASSWORD, Response};

const ACCESS: &str = "__Host-keyward-access";
const REFRESH: &str = "__Host-keyward-refresh";
const SIGN_UP: &str = "mutation ($username: String!, $password: String!) {
    signup(username: $username, password: $password, delivery: COOKIE) {
        accessToken refreshToken csrfToken expiresAt viewer { csrfToken user { username } } userErrors { code } } }";
const LOG_IN: &str = "mutation ($username: String!, $password: String!) {
    login(username: $username, password: $password, delivery: COOKIE) {
        accessToken refreshToken csrfToken expiresAt viewer { csrfToken user { username } } userErrors { code } } }";
const RENEW: &str = "mutation { refresh {
    accessToken refreshToken csrfToken expiresAt viewer { csrfToken user { username } } userErrors { code } } }";

/// A browser with a page of the service open: sends what browsers send, and stores cookies.
#[derive(Clone, Debug)]
struct Browser {
    client: Client,
    /// By name.
    cookies: BTreeMap<String, String>,
    /// The CSRF token that the page has learned.
    csrf_token: Option<String>,
    /// Headers by which the browser describes the page.
    page: Vec<(&'static str, String)>,
}

/// A `Set-Cookie` header.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SetCookie {
    name: String,
    value: String,
    /// Sorted, as written.
    attributes: Vec<String>,
}

impl Browser {
    /// A browser without cookies.
    fn at(app: &App) -> Self {
        let page = vec![("Origin", app.url.clone()), ("Sec-Fetch-Site", "same-origin".to_owned())];
        Self { client: app.anonymous().clone(), cookies: BTreeMap::new(), csrf_token: None, page }
    }

    /// A browser in which a user has just signed up.
    async fn signed_up(app: &App, name: &str) -> Self {
        let mut browser = Self::at(app);
        let answer = browser.ask_with(SIGN_UP, person(name)).await;
        browser.csrf_token = answer.payload("signup")["csrfToken"].as_str().map(str::to_owned);
        browser
    }

    /// The same cookies and token, on a page described by these headers.
    fn on_page(&self, page: &[(&'static str, &str)]) -> Self {
        let page = page.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { page, ..self.clone() }
    }

    /// The same, with this CSRF header; none when `None`.
    fn showing(&self, csrf_token: Option<&str>) -> Self {
        Self { csrf_token: csrf_token.map(str::to_owned), ..self.clone() }
    }

    /// The same, with only this cookie of that name, or none.
    fn holding(&self, name: &str, value: Option<&str>) -> Self {
        let mut browser = self.clone();
        match value {
            Some(value) => browser.cookies.insert(name.to_owned(), value.to_owned()),
            None => browser.cookies.remove(name),
        };
        browser
    }

    async fn ask(&mut self, document: &str) -> Response {
        self.ask_with(document, json!({})).await
    }

    async fn ask_with(&mut self, document: &str, variables: Value) -> Response {
        let jar: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.send(document, variables, &[jar.join("; ")]).await
    }

    /// Sends the document with these `Cookie` headers.
    async fn ask_showing(&mut self, document: &str, lines: &[&str]) -> Response {
        let lines: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
        self.send(document, json!({}), &lines).await
    }

    async fn send(&mut self, document: &str, variables: Value, cookies: &[String]) -> Response {
        let mut headers: Vec<(&str, &str)> = self.page.iter().map(|(name, value)| (*name, value.as_str())).collect();
        headers.extend(self.csrf_token.as_deref().map(|token| ("X-CSRF-Token", token)));
        headers.extend(cookies.iter().filter(|line| !line.is_empty()).map(|line| ("Cookie", line.as_str())));
        let answer = self.client.post(&json!({ "query": document, "variables": variables }), &headers).await;
        for SetCookie { name, value, attributes } in set_cookies(&answer) {
            if attributes.contains(&"Max-Age=0".to_owned()) {
                self.cookies.remove(&name);
            } else {
                self.cookies.insert(name, value);
            }
        }
        answer
    }

    /// The username of the session, or the reason or code of the error.
    async fn whoami(&mut self) -> String {
        who(&self.ask("{ me { username } }").await)
    }
}

/// Variables for a signup or a login.
fn person(name: &str) -> Value {
    json!({ "username": name, "password": PASSWORD })
}

fn who(answer: &Response) -> String {
    if let Some(name) = answer.body["data"]["me"]["username"].as_str() {
        return name.to_owned();
    }
    match answer.body["errors"][0]["extensions"]["reason"].as_str() {
        Some(reason) => reason.to_owned(),
        None if answer.body.get("errors").is_some() => format!("{} {}", answer.status, answer.error()),
        None => "nobody".to_owned(),
    }
}

/// The `Set-Cookie` headers of a response.
fn set_cookies(answer: &Response) -> Vec<SetCookie> {
    let lines = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().expect("plain text"));
    lines.map(SetCookie::read).collect()
}

impl SetCookie {
    fn read(line: &str) -> Self {
        let mut parts = line.split("; ");
        let (name, value) = parts.next().and_then(|pair| pair.split_once('=')).expect("a name and a value");
        let mut attributes: Vec<_> = parts.map(str::to_owned).collect();
        attributes.sort();
        Self { name: name.to_owned(), value: value.to_owned(), attributes }
    }
}

/// Does the response clear both cookies, and set no other?
fn clears(answer: &Response) -> bool {
    let cleared = |name: &str| SetCookie {
        name: name.to_owned(),
        value: String::new(),
        attributes: ["HttpOnly", "Max-Age=0", "Path=/", "SameSite=Lax", "Secure"].map(str::to_owned).to_vec(),
    };
    set_cookies(answer) == [cleared(ACCESS), cleared(REFRESH)]
}

/// Asserts that the whole request was rejected because its cookies are not trusted.
#[track_caller]
fn assert_distrusted(answer: &Response, case: &dyn std::fmt::Debug) {
    assert_eq!((answer.status, answer.error()), (403, "CSRF_FAILED"), "{case:?}: {:#}", answer.body);
    assert!(answer.body.get("data").is_none(), "{case:?}");
    assert_eq!(set_cookies(answer), [], "{case:?}");
}
