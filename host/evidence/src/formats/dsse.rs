//! DSSE envelopes, alone or in a sigstore bundle, signed by a signer whom the policy set knows. What they hold is read by its reader, which the payload's type
//! names, and is a document with a signer then.
//!
//! Types that are known: in-toto Statements, the registered media types of formats that are read, and `tidegate:evidence/` with a
//! format's name. A type that nobody knows is refused: it was signed to mean something else.

use super::{FormatInfo, OPAQUE, formats, in_toto};
use crate::{
    detect::Head,
    envelope::{Envelope, Verified, sigstore},
    error::{Place, ReadError},
    json,
    signing::{IN_TOTO_PAYLOAD_TYPE, PAYLOAD_TYPE_PREFIX},
    source::{Reading, Source},
    text::quoted,
};
use tidegate_core::digest::Digest;

pub(super) const NAME: &str = "dsse";

/// Media types of formats that are read.
const MEDIA_TYPES: &[(&str, &str)] = &[
    ("application/vnd.cyclonedx+json", "cyclonedx"),
    ("application/spdx+json", "spdx"),
    ("application/sarif+json", "sarif"),
];

pub(super) fn recognises(head: &Head<'_>) -> bool {
    let Head::Json(survey) = head else { return false };
    is_sigstore(survey) || (survey.has("payloadType") && survey.has("payload") && survey.has("signatures"))
}

fn is_sigstore(survey: &json::Survey) -> bool {
    survey.text_of("mediaType").is_some_and(|media| media.starts_with(sigstore::MEDIA_TYPE))
}

pub(super) fn read(source: &Source<'_>) -> Result<Reading, ReadError> {
    let opened = if is_sigstore(json::survey(source)?) {
        sigstore::verified(source)
    } else {
        Envelope::parse(source)?.verified(source)
    };
    let Verified { payload_type, payload, signed } = opened?;
    let Some(format) = format_of(&payload_type) else {
        let place = Place::Value { path: "payloadType".to_owned(), at: None };
        return Err(source.malformed(place, &unknown(&payload_type)));
    };
    let inside = Source::new(&payload, source.limits).named(format.name);
    let reading = (format.read)(&inside)
        .map_err(|error| source.malformed(Place::Value { path: "payload".to_owned(), at: None }, &error.to_string()))?;
    Ok(Reading { signer: Some(signed.over(Digest::of(&payload))), ..reading })
}

/// Which reader knows a payload of this type. An envelope inside an envelope is not one, nor are bytes that nobody reads.
fn format_of(payload_type: &str) -> Option<&'static FormatInfo> {
    let registered = MEDIA_TYPES.iter().find(|(media_type, _)| *media_type == payload_type).map(|(_, name)| *name);
    let name = match payload_type {
        IN_TOTO_PAYLOAD_TYPE => in_toto::NAME,
        other => registered.or_else(|| other.strip_prefix(PAYLOAD_TYPE_PREFIX))?,
    };
    formats().iter().find(|format| format.name == name && format.name != NAME && format.name != OPAQUE)
}

fn unknown(payload_type: &str) -> String {
    let registered: Vec<&str> = MEDIA_TYPES.iter().map(|(media_type, _)| *media_type).collect();
    format!(
        "nothing is known of payloads of the type {}; known are `{IN_TOTO_PAYLOAD_TYPE}`, `{}` and `{PAYLOAD_TYPE_PREFIX}` with the name of a format",
        quoted(payload_type),
        registered.join("`, `")
    )
}
