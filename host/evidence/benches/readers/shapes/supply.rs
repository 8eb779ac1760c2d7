//! What a product is made of, and what is known of it.

use super::Shape;

pub(super) const SHAPES: &[Shape] = &[
    Shape {
        format: "trivy",
        head: "{\"SchemaVersion\":2,\"CreatedAt\":\"2026-02-03T10:00:00Z\",\"ArtifactName\":\"registry.example/shop:1.4\",\"ArtifactType\":\"container_image\",\"Results\":[{\"Target\":\"shop (debian 12.4)\",\"Class\":\"os-pkgs\",\"Type\":\"debian\",\"Vulnerabilities\":[",
        row: "{\"VulnerabilityID\":\"CVE-2026-§\",\"VendorIDs\":[\"DSA-§\"],\"PkgID\":\"openssl@3.0.¤\",\"PkgName\":\"openssl¤\",\"PkgIdentifier\":{\"PURL\":\"pkg:deb/debian/openssl¤@3.0.11-1\",\"UID\":\"73a1d5d7a7c8b1a\"},\"InstalledVersion\":\"3.0.11-1\",\"FixedVersion\":\"3.0.12-1\",\"Status\":\"fixed\",\"SeveritySource\":\"nvd\",\"PrimaryURL\":\"https://avd.example/nvd/cve-2026-§\",\"Title\":\"openssl: denial of service\",\"Description\":\"A flaw was found in the handling of message number §, by which whoever sends it can stop the program that reads it from answering others.\",\"Severity\":\"HIGH\",\"CweIDs\":[\"CWE-400\"],\"CVSS\":{\"ghsa\":{\"V3Vector\":\"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H\",\"V3Score\":7.1},\"nvd\":{\"V3Score\":9.8}},\"References\":[\"https://nvd.example/§\"],\"PublishedDate\":\"2026-01-05T08:00:00Z\",\"LastModifiedDate\":\"2026-01-06T08:00:00Z\"}",
        between: ",\n",
        tail: "]}]}",
    },
    Shape {
        format: "grype",
        head: "{\"matches\":[",
        row: "{\"vulnerability\":{\"id\":\"CVE-2026-§\",\"dataSource\":\"https://nvd.example/§\",\"namespace\":\"debian:distro:debian:12\",\"severity\":\"High\",\"urls\":[],\"description\":\"A flaw was found in the handling of message number §.\",\"cvss\":[{\"version\":\"3.1\",\"vector\":\"CVSS:3.1/AV:N\",\"metrics\":{\"baseScore\":7.5,\"exploitabilityScore\":3.9}}],\"epss\":[{\"cve\":\"CVE-2026-§\",\"epss\":0.01,\"percentile\":0.5}],\"fix\":{\"versions\":[\"3.0.12-1\"],\"state\":\"fixed\"}},\"relatedVulnerabilities\":[],\"matchDetails\":[],\"artifact\":{\"id\":\"a¤\",\"name\":\"openssl¤\",\"version\":\"3.0.11-1\",\"type\":\"deb\",\"purl\":\"pkg:deb/debian/openssl¤@3.0.11-1\"}}",
        between: ",\n",
        tail: "],\"source\":{\"type\":\"directory\",\"target\":\".\"},\"descriptor\":{\"name\":\"grype\",\"version\":\"0.80.0\",\"timestamp\":\"2026-03-31T14:30:00Z\"}}",
    },
    Shape {
        format: "openvex",
        head: "{\"@context\":\"https://openvex.dev/ns/v0.2.0\",\"@id\":\"https://vex.example/shop/7\",\"author\":\"security@shop.example\",\"timestamp\":\"2026-03-01T08:00:00Z\",\"version\":7,\"statements\":[",
        row: "{\"vulnerability\":{\"name\":\"CVE-2026-§\"},\"products\":[{\"@id\":\"pkg:oci/shop@sha256%3Aabab¤\",\"subcomponents\":[{\"@id\":\"pkg:deb/debian/openssl¤@3.0.11-1?arch=amd64\"}]}],\"status\":\"not_affected\",\"justification\":\"vulnerable_code_not_in_execute_path\",\"impact_statement\":\"The parser number § is never called.\"}",
        between: ",\n",
        tail: "]}",
    },
    Shape {
        format: "cyclonedx",
        head: "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.6\",\"version\":1,\"metadata\":{\"timestamp\":\"2026-03-01T10:00:00Z\"},\"components\":[",
        row: "{\"bom-ref\":\"pkg:npm/left-§@1.0.¤\",\"type\":\"library\",\"name\":\"left-§\",\"version\":\"1.0.¤\",\"scope\":\"required\",\"purl\":\"pkg:npm/left-§@1.0.¤\",\"licenses\":[{\"license\":{\"id\":\"MIT\"}}],\"hashes\":[{\"alg\":\"SHA-512\",\"content\":\"abababababababababababababababababababababababababababababababab\"}],\"externalReferences\":[{\"type\":\"vcs\",\"url\":\"https://git.example/left-§\"}]}",
        between: ",\n",
        tail: "]}",
    },
    Shape {
        format: "spdx",
        head: "{\"spdxVersion\":\"SPDX-2.3\",\"SPDXID\":\"SPDXRef-DOCUMENT\",\"name\":\"shop\",\"creationInfo\":{\"created\":\"2026-03-30T08:00:00Z\",\"creators\":[\"Tool: syft-1.2.0\"]},\"packages\":[",
        row: "{\"SPDXID\":\"SPDXRef-left-§\",\"name\":\"left-§\",\"versionInfo\":\"1.0.¤\",\"downloadLocation\":\"NOASSERTION\",\"filesAnalyzed\":false,\"licenseConcluded\":\"NOASSERTION\",\"licenseDeclared\":\"MIT\",\"copyrightText\":\"NOASSERTION\",\"checksums\":[{\"algorithm\":\"SHA256\",\"checksumValue\":\"efefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef\"}],\"externalRefs\":[{\"referenceCategory\":\"PACKAGE-MANAGER\",\"referenceType\":\"purl\",\"referenceLocator\":\"pkg:npm/left-§@1.0.¤\"}]}",
        between: ",\n",
        tail: "]}",
    },
    Shape {
        format: "in-toto",
        head: "{\"_type\":\"https://in-toto.io/Statement/v1\",\"subject\":[{\"name\":\"shop\",\"digest\":{\"sha256\":\"efefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef\"}}],\"predicateType\":\"https://in-toto.io/attestation/test-result/v0.1\",\"predicate\":{\"result\":\"PASSED\",\"configuration\":[{\"name\":\"unit\"}],\"passedTests\":[",
        row: "\"shop.orders.OrderTest¤::keeps number § when the basket is emptied\"",
        between: ",\n",
        tail: "]}}",
    },
];
