//! How the client says who it is.

use super::{Failure, Server};
use reqwest::header::{AUTHORIZATION, HeaderValue};
use std::{fmt, fs, path::Path};

/// The environment variable that holds a token.
pub const VARIABLE: &str = "TIDEGATE_TOKEN";

/// A bearer token on its way to a gate; never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// The file that should hold it.
    #[error("cannot read the token in `{path}`: {source}")]
    Read {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Nothing, or what no header can hold. It is not repeated.
    #[error("the token {0} holds is empty, or has characters that no token has")]
    Form(String),
}

impl Token {
    /// From this file, else from [`VARIABLE`]; `None`: there is none.
    pub fn find(file: Option<&Path>, variable: Option<String>) -> Result<Option<Self>, TokenError> {
        let (text, place) = match (file, variable) {
            (Some(path), _) => {
                let shown = path.display().to_string();
                let read = fs::read_to_string(path);
                (read.map_err(|source| TokenError::Read { path: shown.clone(), source })?, format!("`{shown}`"))
            }
            (None, Some(text)) => (text, format!("`{VARIABLE}`")),
            (None, None) => return Ok(None),
        };
        let text = text.trim();
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TokenError::Form(place));
        }
        Ok(Some(Self(text.to_owned())))
    }

    /// Its text: for whoever holds the record that it is looked up in.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// As a header for this gate. Over a way that others can read, a token goes no further than this machine.
    pub(super) fn header(&self, server: &Server) -> Result<(reqwest::header::HeaderName, HeaderValue), Failure> {
        if !server.is_encrypted() && !server.is_loopback() {
            return Err(Failure::Unencrypted(server.clone()));
        }
        let setup = |_| Failure::Setup("the token does not fit into a header".to_owned());
        let mut value = HeaderValue::from_str(&format!("Bearer {}", self.0)).map_err(setup)?;
        value.set_sensitive(true);
        Ok((AUTHORIZATION, value))
    }
}

#[cfg(test)]
mod tests {
    use super::{Failure, Token};

    #[test]
    fn a_file_comes_before_the_variable_and_nothing_is_no_token() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "from-file\n").unwrap();
        let find = |file, variable: Option<&str>| Token::find(file, variable.map(str::to_owned));
        assert_eq!(find(Some(path.as_path()), Some("from-variable")).unwrap(), Some(Token("from-file".to_owned())));
        assert_eq!(find(None, Some("from-variable")).unwrap(), Some(Token("from-variable".to_owned())));
        assert_eq!(find(None, None).unwrap(), None);
        for bad in ["", "  ", "two words", "line\nbreak"] {
            let error = find(None, Some(bad)).unwrap_err().to_string();
            assert_eq!(error, "the token `TIDEGATE_TOKEN` holds is empty, or has characters that no token has");
        }
    }

    #[test]
    fn a_token_is_not_sent_where_others_can_read_it() {
        let token = Token("t".to_owned());
        for (server, sent) in [
            ("http://127.0.0.1:8780", true),
            ("https://gate.example", true),
            ("http://gate.example", false),
            ("http://10.0.0.7", false),
        ] {
            let header = token.header(&server.parse().unwrap());
            assert_eq!(header.is_ok(), sent, "{server}");
            if let Err(failure) = header {
                assert!(matches!(failure, Failure::Unencrypted(_)));
            }
        }
        assert_eq!(format!("{token:?}"), "Token(…)");
    }
}
