//! By which names a gate may be asked: those of this machine and its public one. A page in a browser has others.
//!
//! A page can make a browser send a request to the loopback interface, or, by a name that it points there, read the answer.
//! Such a request carries the page's name: in `Host`, in `Origin`, or both. Beyond this machine an address is as good in
//! `Host`: nobody can point somebody else's address anywhere.

use crate::{
    api::problem::{Problem, ProblemKind},
    gate::Gate,
    http::reply::Refused,
};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, Uri, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use std::{net::IpAddr, sync::Arc};

/// Lets a request through whose `Host` and `Origin`, where it has them, are this machine or the gate's public name.
pub async fn own(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    let public = gate.public_url().and_then(|url| url.parse::<Uri>().ok());
    let public = public.as_ref().and_then(Uri::host);
    match foreign(request.headers(), public, gate.is_beyond_this_machine()) {
        None => next.run(request).await,
        Some(name) => {
            let detail = format!("{name}: neither this machine nor the gate's `public_url`");
            Refused(Problem::new(ProblemKind::ForeignOrigin, detail)).into_response()
        }
    }
}

/// The header that names somebody else.
fn foreign(headers: &HeaderMap, public: Option<&str>, beyond: bool) -> Option<HeaderName> {
    let is_own = |text: &str, any_address: bool| {
        let host = text.parse::<Uri>().ok().and_then(|uri| uri.host().map(str::to_owned));
        host.is_some_and(|host| {
            let bare = host.trim_start_matches('[').trim_end_matches(']');
            match bare.parse::<IpAddr>() {
                Ok(address) if any_address || address.is_loopback() => true,
                _ => {
                    bare.eq_ignore_ascii_case("localhost")
                        || public.is_some_and(|name| name.eq_ignore_ascii_case(&host))
                }
            }
        })
    };
    [(header::HOST, beyond), (header::ORIGIN, false)].into_iter().find_map(|(name, any_address)| {
        let foreign =
            headers.get_all(&name).iter().any(|value| !value.to_str().is_ok_and(|text| is_own(text, any_address)));
        foreign.then_some(name)
    })
}

#[cfg(test)]
mod tests {
    use super::foreign;
    use axum::http::{HeaderMap, header};

    #[test]
    fn only_this_machine_and_the_public_name_may_ask() {
        let cases = [
            ("127.0.0.1:8780", None, true),
            ("10.0.0.7:8780", None, false),
            ("localhost:8780", None, true),
            ("[::1]:8780", None, true),
            ("gate.example.org", None, true),
            ("127.0.0.1:8780", Some("http://127.0.0.1:8780"), true),
            ("evil.example", None, false),
            ("127.0.0.1.evil.example:8780", None, false),
            ("127.0.0.1:8780", Some("https://evil.example"), false),
            ("127.0.0.1:8780", Some("null"), false),
            ("evil.example", Some("http://127.0.0.1"), false),
        ];
        for (host, origin, allowed) in cases {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(foreign(&headers, Some("gate.example.org"), false).is_none(), allowed, "{host} {origin:?}");
        }
    }

    #[test]
    fn beyond_this_machine_an_address_is_a_name_of_it_and_a_name_is_not() {
        for (host, origin, allowed) in [
            ("10.0.0.7:8780", None, true),
            ("[2001:db8::1]:443", None, true),
            ("evil.example", None, false),
            ("10.0.0.7:8780", Some("https://10.0.0.9"), false),
            ("10.0.0.7:8780", Some("https://gate.example.org"), true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(foreign(&headers, Some("gate.example.org"), true).is_none(), allowed, "{host} {origin:?}");
        }
    }
}
