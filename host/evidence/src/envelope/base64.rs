//! Base64 as envelopes hold it: the standard alphabet or the one for URLs, padded or not.

use base64::{
    Engine as _,
    alphabet::{Alphabet, STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

/// Bits that belong to no byte have to be zero: one text for one value, but for its alphabet and its padding.
const CONFIG: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);

/// The bytes, or what is wrong.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, &'static str> {
    let is_for_urls = text.bytes().any(|byte| matches!(byte, b'-' | b'_'));
    let alphabet: &Alphabet = if is_for_urls { &URL_SAFE } else { &STANDARD };
    GeneralPurpose::new(alphabet, CONFIG).decode(text).map_err(|_| "the text is not base64")
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn both_alphabets_are_read_and_nothing_else() {
        for text in ["+/8=", "-_8=", "+/8", "-_8"] {
            assert_eq!(decode(text), Ok(vec![0xfb, 0xff]), "{text}");
        }
        for text in ["+_8=", "+/9=", "+/8==", "+/ 8=", "*", "a"] {
            assert!(decode(text).is_err(), "{text}");
        }
        assert_eq!(decode(""), Ok(Vec::new()));
    }
}
