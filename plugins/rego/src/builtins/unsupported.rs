//! Builtins that OPA has and this plugin has not, each with what to do instead.

const CLOCK: &str = "a decision has one moment; read `time.now_ns()`";
const RANDOM: &str = "a decision has to come out the same again; compare what is given";
const WORLD: &str = "rules reach nothing but their input; hand in what they need as evidence, or write it into `data`";
const CRYPTO: &str =
    "the gate verifies signatures itself; ask for `vouched: signature`, and read a document's `signer`";
const ITSELF: &str = "rules do not see their own text; write what they need into `data`";
const OPERATOR: &str = "write it as an operator, e.g. `a + b`";
const LACKING: &str = "the interpreter lacks it; write it in Rego, or hand in what it would give as `data`";

/// By name, in order.
const ALL: &[(&str, &str)] = &[
    ("and", OPERATOR),
    ("array.flatten", LACKING),
    ("assign", OPERATOR),
    ("crypto.hmac.equal", CRYPTO),
    ("crypto.hmac.md5", CRYPTO),
    ("crypto.hmac.sha1", CRYPTO),
    ("crypto.hmac.sha256", CRYPTO),
    ("crypto.hmac.sha512", CRYPTO),
    ("crypto.md5", CRYPTO),
    ("crypto.parse_private_keys", CRYPTO),
    ("crypto.sha1", CRYPTO),
    ("crypto.sha256", CRYPTO),
    ("crypto.x509.parse_and_verify_certificates", CRYPTO),
    ("crypto.x509.parse_and_verify_certificates_with_options", CRYPTO),
    ("crypto.x509.parse_certificate_request", CRYPTO),
    ("crypto.x509.parse_certificates", CRYPTO),
    ("crypto.x509.parse_keypair", CRYPTO),
    ("crypto.x509.parse_rsa_private_key", CRYPTO),
    ("div", OPERATOR),
    ("eq", OPERATOR),
    ("equal", OPERATOR),
    ("external_data", WORLD),
    ("graphql.is_valid", LACKING),
    ("graphql.parse", LACKING),
    ("graphql.parse_and_verify", LACKING),
    ("graphql.parse_query", LACKING),
    ("graphql.parse_schema", LACKING),
    ("graphql.schema_is_valid", LACKING),
    ("gt", OPERATOR),
    ("gte", OPERATOR),
    ("http.send", WORLD),
    ("internal.member_2", OPERATOR),
    ("internal.member_3", OPERATOR),
    ("internal.print", LACKING),
    ("internal.template_string", LACKING),
    ("internal.test_case", LACKING),
    ("io.jwt.decode", CRYPTO),
    ("io.jwt.decode_verify", CRYPTO),
    ("io.jwt.encode_sign", CRYPTO),
    ("io.jwt.encode_sign_raw", CRYPTO),
    ("io.jwt.verify_eddsa", CRYPTO),
    ("io.jwt.verify_es256", CRYPTO),
    ("io.jwt.verify_es384", CRYPTO),
    ("io.jwt.verify_es512", CRYPTO),
    ("io.jwt.verify_hs256", CRYPTO),
    ("io.jwt.verify_hs384", CRYPTO),
    ("io.jwt.verify_hs512", CRYPTO),
    ("io.jwt.verify_ps256", CRYPTO),
    ("io.jwt.verify_ps384", CRYPTO),
    ("io.jwt.verify_ps512", CRYPTO),
    ("io.jwt.verify_rs256", CRYPTO),
    ("io.jwt.verify_rs384", CRYPTO),
    ("io.jwt.verify_rs512", CRYPTO),
    ("json.match_schema", LACKING),
    ("json.verify_schema", LACKING),
    ("lt", OPERATOR),
    ("lte", OPERATOR),
    ("minus", OPERATOR),
    ("mul", OPERATOR),
    ("neq", OPERATOR),
    ("net.cidr_contains_matches", LACKING),
    ("net.cidr_merge", LACKING),
    ("net.lookup_ip_addr", WORLD),
    ("opa.runtime", WORLD),
    ("or", OPERATOR),
    ("plus", OPERATOR),
    ("providers.aws.sign_req", CRYPTO),
    ("rand.intn", RANDOM),
    ("regex.globs_match", LACKING),
    ("rego.metadata.chain", ITSELF),
    ("rego.metadata.rule", ITSELF),
    ("rego.parse_module", ITSELF),
    ("rem", OPERATOR),
    ("strings.render_template", LACKING),
    ("test.sleep", CLOCK),
    ("urlquery.decode", LACKING),
    ("urlquery.decode_object", LACKING),
    ("urlquery.encode", LACKING),
    ("urlquery.encode_object", LACKING),
    ("uuid.parse", LACKING),
    ("uuid.rfc4122", RANDOM),
    ("yaml.marshal", LACKING),
];

/// Why this builtin is not supported, and what to do; `None`: it is, or it is no builtin.
pub(crate) fn why(name: &str) -> Option<&'static str> {
    ALL.binary_search_by_key(&name, |(name, _)| name).ok().map(|index| ALL[index].1)
}

#[cfg(test)]
mod tests {
    use super::ALL;

    #[test]
    fn names_are_in_order_so_that_each_is_found() {
        assert!(ALL.is_sorted_by(|a, b| a.0 < b.0));
    }
}
