//! Pages, load tests, and the formats of our own.

use super::Shape;

pub(super) const SHAPES: &[Shape] = &[
    Shape {
        format: "axe",
        head: "{\"testEngine\":{\"name\":\"axe-core\",\"version\":\"4.10.2\"},\"url\":\"https://shop.example/cart\",\"timestamp\":\"2026-03-31T14:30:00.000Z\",\"passes\":[],\"inapplicable\":[],\"incomplete\":[],\"violations\":[{\"id\":\"image-alt\",\"impact\":\"critical\",\"help\":\"Images must have alternative text\",\"tags\":[\"wcag2a\"],\"nodes\":[",
        row: "{\"impact\":\"critical\",\"html\":\"<img src=\\\"/images/§.png\\\">\",\"target\":[\"#item-§ > img\"],\"failureSummary\":\"Fix any of the following:\\n  Element does not have an alt attribute\",\"any\":[],\"all\":[],\"none\":[]}",
        between: ",\n",
        tail: "]}]}",
    },
    Shape {
        format: "lighthouse",
        head: "{\"lighthouseVersion\":\"12.2.1\",\"requestedUrl\":\"http://shop.example/\",\"fetchTime\":\"2026-03-31T14:30:00.000Z\",\"categories\":{\"performance\":{\"score\":0.57}},\"audits\":{\"first\":{\"score\":1}",
        row: ",\"audit-§\":{\"id\":\"audit-§\",\"title\":\"Something about the page\",\"description\":\"What it is, and why it matters to whoever waits for the page. [Learn more](https://web.example/§).\",\"score\":0.4,\"scoreDisplayMode\":\"numeric\",\"numericValue\":3120.5,\"numericUnit\":\"millisecond\",\"displayValue\":\"3.1 s\"}",
        between: "\n",
        tail: "}}",
    },
    Shape {
        format: "k6",
        head: "{\"root_group\":{\"checks\":[]},\"state\":{\"testRunDurationMs\":30000},\"metrics\":{\"http_reqs\":{\"type\":\"counter\",\"contains\":\"default\",\"values\":{\"count\":100,\"rate\":3.3}}",
        row: ",\"http_req_duration{name:§}\":{\"type\":\"trend\",\"contains\":\"time\",\"values\":{\"avg\":120.5,\"min\":1.5,\"med\":100,\"max\":¤,\"p(90)\":290.5,\"p(95)\":310.25},\"thresholds\":{\"p(95)<300\":{\"ok\":false}}}",
        between: "\n",
        tail: "}}",
    },
    Shape {
        format: "ab",
        head: "This is ApacheBench, Version 2.3 <$Revision: 1913912 $>\n\nServer Hostname:        shop.example\nServer Port:            443\nSSL/TLS Protocol:       TLSv1.3\nDocument Path:          /health\nComplete requests:      100\nFailed requests:        0\nRequests per second:    156.25 [#/sec] (mean)\nTotal:         24   60  11.2     58     118\n",
        row: "  5¤%     §\n",
        between: "",
        tail: " 100%    118 (longest request)\n",
    },
    Shape {
        format: "measurements",
        head: "{\"format\":\"tidegate/measurements/v1\",\"measurements\":[",
        row: "{\"name\":\"http_req_duration.p95\",\"subject\":\"https://shop.example/items/§\",\"value\":310.¤,\"unit\":\"ms\"}",
        between: ",\n",
        tail: "]}",
    },
    Shape {
        format: "statements",
        head: "{\"format\":\"tidegate/statements/v1\",\"statements\":[",
        row: "{\"item\":\"item-§\",\"satisfied\":true,\"by\":\"person¤@shop.example\",\"at\":\"2026-03-31T14:30:00Z\",\"link\":\"https://tickets.example/§\",\"note\":\"seen and done\"}",
        between: ",\n",
        tail: "]}",
    },
    Shape {
        format: "facts",
        head: "{\"format\":\"tidegate/facts/v1\",\"facts\":[",
        row: "{\"name\":\"certificate.not_after\",\"subject\":\"https://shop.example/§\",\"value\":{\"time\":\"2027-03-31T14:30:00Z\"}},{\"name\":\"replicas\",\"subject\":\"https://shop.example/§\",\"value\":¤}",
        between: ",\n",
        tail: "]}",
    },
    Shape { format: "opaque", head: "", row: "any bytes, number §\n", between: "", tail: "" },
];
