//! Names of devices, from their `User-Agent` header (RFC 9110, 10.1.5). For display only: no decision depends on them.

/// Name of a device without a known header.
const UNKNOWN: &str = "Unknown device";
/// Longest name of a program that is not a browser, in characters.
const MAX_LEN: usize = 40;

/// Browsers by their token. Many also send the tokens of others, so order matters.
const BROWSERS: [(&str, &str); 14] = [
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("Vivaldi/", "Vivaldi"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex Browser"),
    ("DuckDuckGo/", "DuckDuckGo"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("HeadlessChrome/", "Headless Chrome"),
    ("Chrome/", "Chrome"),
    ("Version/", "Safari"),
];

/// Operating systems by their token.
const SYSTEMS: [(&str, &str); 9] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("FreeBSD", "FreeBSD"),
    ("OpenBSD", "OpenBSD"),
    ("Linux", "Linux"),
];

/// Name of a device, for example `Firefox on Linux`, `curl` or `Unknown device`.
pub(crate) fn readable(user_agent: Option<&str>) -> String {
    let user_agent = user_agent.unwrap_or_default().trim();
    if !user_agent.starts_with("Mozilla/") {
        return program(user_agent).unwrap_or(UNKNOWN).to_owned();
    }
    let find = |names: &[(&str, &'static str)]| {
        names.iter().find(|(token, _)| user_agent.contains(token)).map(|(_, name)| *name)
    };
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, Some(system)) => format!("Browser on {system}"),
        (None, None) => UNKNOWN.to_owned(),
    }
}

/// First product of a program that is not a browser: `curl` of `curl/8.5.0`.
fn program(user_agent: &str) -> Option<&str> {
    let product = user_agent.split([' ', '/', '(']).next().filter(|product| !product.is_empty())?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '+');
    (product.len() <= MAX_LEN && product.chars().all(plain)).then_some(product)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_have_readable_names() {
        let linux = "Mozilla/5.0 (X11; Linux x86_64";
        let cases = [
            (format!("{linux}; rv:128.0) Gecko/20100101 Firefox/128.0"), "Firefox on Linux"),
            (format!("{linux}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36"), "Chrome on Linux"),
            (
                format!("{linux}) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/126.0 Safari/537.36"),
                "Headless Chrome on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0"
                    .to_owned(),
                "Edge on Windows",
            ),
            (
                "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605.1.15 Version/17.5 Safari/605.1.15"
                    .to_owned(),
                "Safari on macOS",
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Mobile/15E148"
                    .to_owned(),
                "Safari on iPhone",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 SamsungBrowser/25.0 Chrome/121.0 Mobile".to_owned(),
                "Samsung Internet on Android",
            ),
            ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) CriOS/126.0 Mobile".to_owned(), "Chrome on iPad"),
            ("Mozilla/5.0 (X11; Linux x86_64)".to_owned(), "Browser on Linux"),
            ("Mozilla/5.0".to_owned(), "Unknown device"),
            ("curl/8.5.0".to_owned(), "curl"),
            ("PostmanRuntime/7.39.0".to_owned(), "PostmanRuntime"),
            ("python-requests/2.32 extra".to_owned(), "python-requests"),
            ("node".to_owned(), "node"),
            (String::new(), "Unknown device"),
            ("   ".to_owned(), "Unknown device"),
            ("/".to_owned(), "Unknown device"),
            ("<script>alert(1)</script>".to_owned(), "Unknown device"),
            ("x".repeat(500), "Unknown device"),
        ];
        for (user_agent, name) in cases {
            assert_eq!(readable(Some(&user_agent)), name, "{user_agent}");
        }
        assert_eq!(readable(None), "Unknown device");
    }
}
