//! Sessions of browsers: tokens in cookies, and what keeps other sites from using them. Names begin with the
//! requirements they hold: B for sessions and cookies, C for requests of browsers, I for what happened to others.

mod cors;
mod csrf;
mod delivery;
mod identity;
mod reauthentication;
mod refresh;
mod settings;
mod sign_in;

use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::{Answer, App, Client, PASSWORD};

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

/// A browser with a page of the service open: sends what browsers send, keeps what it is told to keep.
#[derive(Clone, Debug)]
struct Browser {
    client: Client,
    /// By name.
    cookies: BTreeMap<String, String>,
    /// What the page has learnt.
    csrf_token: Option<String>,
    /// What the browser says of the page.
    page: Vec<(&'static str, String)>,
}

/// A `Set-Cookie` line.
#[derive(Clone, Debug, PartialEq, Eq)]
struct SetCookie {
    name: String,
    value: String,
    /// Sorted, as written.
    attributes: Vec<String>,
}

impl Browser {
    /// A browser that was never here.
    fn at(app: &App) -> Self {
        let page = vec![("Origin", app.url.clone()), ("Sec-Fetch-Site", "same-origin".to_owned())];
        Self { client: app.anonymous().clone(), cookies: BTreeMap::new(), csrf_token: None, page }
    }

    /// A browser in which somebody has just signed up.
    async fn signed_up(app: &App, name: &str) -> Self {
        let mut browser = Self::at(app);
        let answer = browser.ask_with(SIGN_UP, person(name)).await;
        browser.csrf_token = answer.payload("signup")["csrfToken"].as_str().map(str::to_owned);
        browser
    }

    /// The same cookies and token, with a page of which the browser says this.
    fn on_page(&self, page: &[(&'static str, &str)]) -> Self {
        let page = page.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { page, ..self.clone() }
    }

    /// The same, with this in the CSRF header; nothing stands for no header.
    fn showing(&self, csrf_token: Option<&str>) -> Self {
        Self { csrf_token: csrf_token.map(str::to_owned), ..self.clone() }
    }

    /// The same, with only this cookie, or none of that name.
    fn holding(&self, name: &str, value: Option<&str>) -> Self {
        let mut browser = self.clone();
        match value {
            Some(value) => browser.cookies.insert(name.to_owned(), value.to_owned()),
            None => browser.cookies.remove(name),
        };
        browser
    }

    async fn ask(&mut self, document: &str) -> Answer {
        self.ask_with(document, json!({})).await
    }

    async fn ask_with(&mut self, document: &str, variables: Value) -> Answer {
        let jar: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.send(document, variables, &[jar.join("; ")]).await
    }

    /// Asks with these lines for cookies.
    async fn ask_showing(&mut self, document: &str, lines: &[&str]) -> Answer {
        let lines: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
        self.send(document, json!({}), &lines).await
    }

    async fn send(&mut self, document: &str, variables: Value, cookies: &[String]) -> Answer {
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

    /// Who the browser is: its username, or the reason why its cookies are of no use, or the code.
    async fn whoami(&mut self) -> String {
        who(&self.ask("{ me { username } }").await)
    }
}

/// Variables to sign somebody up or in with.
fn person(name: &str) -> Value {
    json!({ "username": name, "password": PASSWORD })
}

fn who(answer: &Answer) -> String {
    if let Some(name) = answer.body["data"]["me"]["username"].as_str() {
        return name.to_owned();
    }
    match answer.body["errors"][0]["extensions"]["reason"].as_str() {
        Some(reason) => reason.to_owned(),
        None if answer.body.get("errors").is_some() => format!("{} {}", answer.status, answer.error()),
        None => "nobody".to_owned(),
    }
}

/// The `Set-Cookie` lines of an answer.
fn set_cookies(answer: &Answer) -> Vec<SetCookie> {
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

/// Did the answer throw both cookies away, and set nothing else?
fn clears(answer: &Answer) -> bool {
    let thrown = |name: &str| SetCookie {
        name: name.to_owned(),
        value: String::new(),
        attributes: ["HttpOnly", "Max-Age=0", "Path=/", "SameSite=Lax", "Secure"].map(str::to_owned).to_vec(),
    };
    set_cookies(answer) == [thrown(ACCESS), thrown(REFRESH)]
}

/// Was the request refused as a whole because its cookies do not count?
#[track_caller]
fn assert_distrusted(answer: &Answer, case: &dyn std::fmt::Debug) {
    assert_eq!((answer.status, answer.error()), (403, "CSRF_FAILED"), "{case:?}: {:#}", answer.body);
    assert!(answer.body.get("data").is_none(), "{case:?}");
    assert_eq!(set_cookies(answer), [], "{case:?}");
}
