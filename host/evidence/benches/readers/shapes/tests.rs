//! Tests and coverage.

use super::Shape;

pub(super) const SHAPES: &[Shape] = &[
    Shape {
        format: "junit",
        head: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"shop\" timestamp=\"2026-03-31T14:30:00Z\">\n",
        row: "  <testcase classname=\"com.example.shop.Cart¤Test\" name=\"adds item number § to the cart\" time=\"0.0¤\">\n    <failure message=\"expected: &lt;§&gt; but was: &lt;0&gt;\" type=\"AssertionError\">at com.example.shop.Cart¤Test.adds(CartTest.java:§)\n      at java.base/java.util.ArrayList.forEach(ArrayList.java:1511)</failure>\n  </testcase>\n  <testcase classname=\"com.example.shop.Cart¤Test\" name=\"removes item number §\" time=\"0.001\"/>\n  <testcase classname=\"com.example.shop.Cart¤Test\" name=\"counts item number §\" time=\"0.002\"/>\n",
        between: "",
        tail: "</testsuite>\n</testsuites>\n",
    },
    Shape {
        format: "trx",
        head: "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<TestRun id=\"r\" xmlns=\"http://microsoft.com/schemas/VisualStudio/TeamTest/2010\">\n  <Times start=\"2026-03-31T14:29:58+02:00\" finish=\"2026-03-31T14:30:00+02:00\" />\n  <Results>\n",
        row: "    <UnitTestResult executionId=\"5e1f0c1e-0000-4000-8000-0000000¤§\" testId=\"9a2b4c6d-0000-4000-8000-0000000¤\" testName=\"Shop.Tests.Cart¤Tests.Adds item number §\" computerName=\"agent\" duration=\"00:00:00.0120000\" startTime=\"2026-03-31T14:29:58.0000000+02:00\" endTime=\"2026-03-31T14:29:58.0120000+02:00\" testType=\"13cdc9d9-ddb5-4fa4-a97d-d965ccfc6d4b\" outcome=\"Passed\" testListId=\"8c84fa94-04c1-424b-9868-57a2d4851a1d\" relativeResultsDirectory=\"5e1f0c1e\" />\n",
        between: "",
        tail: "  </Results>\n  <ResultSummary outcome=\"Completed\"><Counters failed=\"0\" /></ResultSummary>\n</TestRun>\n",
    },
    Shape {
        format: "gotest",
        head: "{\"Time\":\"2026-03-30T08:00:00.25+02:00\",\"Action\":\"start\",\"Package\":\"example.com/shop\"}\n",
        row: "{\"Time\":\"2026-03-30T08:00:00.25+02:00\",\"Action\":\"run\",\"Package\":\"example.com/shop\",\"Test\":\"TestAdd§\"}\n{\"Time\":\"2026-03-30T08:00:00.25+02:00\",\"Action\":\"output\",\"Package\":\"example.com/shop\",\"Test\":\"TestAdd§\",\"Output\":\"=== RUN   TestAdd§\\n\"}\n{\"Time\":\"2026-03-30T08:00:00.25+02:00\",\"Action\":\"pass\",\"Package\":\"example.com/shop\",\"Test\":\"TestAdd§\",\"Elapsed\":0.25}\n",
        between: "",
        tail: "{\"Time\":\"2026-03-30T08:00:01+02:00\",\"Action\":\"pass\",\"Package\":\"example.com/shop\",\"Elapsed\":0.5}\n",
    },
    Shape {
        format: "cobertura",
        head: "<?xml version=\"1.0\" ?>\n<coverage version=\"7.1\" timestamp=\"1774967400\" line-rate=\"0.5\"><packages><package name=\"p\"><classes>\n",
        row: "<class name=\"A§\" filename=\"src/module_¤/a§.py\"><methods/><lines>\n<line number=\"1\" hits=\"0\"/>\n<line number=\"2\" hits=\"7\"/>\n<line number=\"3\" hits=\"¤\" branch=\"true\" condition-coverage=\"50% (1/2)\"/>\n<line number=\"4\" hits=\"1\"/>\n<line number=\"5\" hits=\"1\"/>\n<line number=\"6\" hits=\"0\"/>\n<line number=\"7\" hits=\"12\"/>\n<line number=\"8\" hits=\"3\"/>\n<line number=\"9\" hits=\"0\"/>\n<line number=\"10\" hits=\"7\"/>\n<line number=\"11\" hits=\"¤\" branch=\"true\" condition-coverage=\"50% (1/2)\"/>\n<line number=\"12\" hits=\"1\"/>\n<line number=\"13\" hits=\"1\"/>\n<line number=\"14\" hits=\"0\"/>\n<line number=\"15\" hits=\"12\"/>\n<line number=\"16\" hits=\"3\"/>\n<line number=\"17\" hits=\"0\"/>\n<line number=\"18\" hits=\"7\"/>\n<line number=\"19\" hits=\"¤\" branch=\"true\" condition-coverage=\"50% (1/2)\"/>\n<line number=\"20\" hits=\"1\"/>\n<line number=\"21\" hits=\"1\"/>\n<line number=\"22\" hits=\"0\"/>\n<line number=\"23\" hits=\"12\"/>\n<line number=\"24\" hits=\"3\"/>\n<line number=\"25\" hits=\"0\"/>\n<line number=\"26\" hits=\"7\"/>\n<line number=\"27\" hits=\"¤\" branch=\"true\" condition-coverage=\"50% (1/2)\"/>\n<line number=\"28\" hits=\"1\"/>\n<line number=\"29\" hits=\"1\"/>\n<line number=\"30\" hits=\"0\"/>\n<line number=\"31\" hits=\"12\"/>\n<line number=\"32\" hits=\"3\"/>\n<line number=\"33\" hits=\"0\"/>\n<line number=\"34\" hits=\"7\"/>\n<line number=\"35\" hits=\"¤\" branch=\"true\" condition-coverage=\"50% (1/2)\"/>\n<line number=\"36\" hits=\"1\"/>\n<line number=\"37\" hits=\"1\"/>\n<line number=\"38\" hits=\"0\"/>\n<line number=\"39\" hits=\"12\"/>\n<line number=\"40\" hits=\"3\"/>\n</lines></class>\n",
        between: "",
        tail: "</classes></package></packages></coverage>\n",
    },
    Shape {
        format: "lcov",
        head: "TN:unit\n",
        row: "SF:/src/module_¤/a§.c\nFN:1,main_§\nFNDA:3,main_§\nDA:1,0\nDA:2,12\nDA:3,¤\nDA:4,1\nDA:5,1\nDA:6,0\nDA:7,40\nDA:8,3\nDA:9,0\nDA:10,12\nDA:11,¤\nDA:12,1\nDA:13,1\nDA:14,0\nDA:15,40\nDA:16,3\nDA:17,0\nDA:18,12\nDA:19,¤\nDA:20,1\nDA:21,1\nDA:22,0\nDA:23,40\nDA:24,3\nDA:25,0\nDA:26,12\nDA:27,¤\nDA:28,1\nDA:29,1\nDA:30,0\nDA:31,40\nDA:32,3\nDA:33,0\nDA:34,12\nDA:35,¤\nDA:36,1\nDA:37,1\nDA:38,0\nDA:39,40\nDA:40,3\nBRDA:3,0,0,3\nBRDA:3,0,1,-\nLF:40\nLH:30\nend_of_record\n",
        between: "",
        tail: "",
    },
    Shape {
        format: "jacoco",
        head: "<?xml version=\"1.0\" encoding=\"UTF-8\"?><report name=\"shop\"><sessioninfo id=\"ci\" start=\"1632549290000\" dump=\"1632549299000\"/><package name=\"shop\">\n",
        row: "<sourcefile name=\"Cart§.java\"><line nr=\"1\" mi=\"1\" ci=\"0\" mb=\"1\" cb=\"1\"/><line nr=\"2\" mi=\"2\" ci=\"¤\" mb=\"0\" cb=\"1\"/><line nr=\"3\" mi=\"0\" ci=\"4\" mb=\"1\" cb=\"1\"/><line nr=\"4\" mi=\"1\" ci=\"0\" mb=\"0\" cb=\"1\"/><line nr=\"5\" mi=\"2\" ci=\"¤\" mb=\"1\" cb=\"1\"/><line nr=\"6\" mi=\"0\" ci=\"4\" mb=\"0\" cb=\"1\"/><line nr=\"7\" mi=\"1\" ci=\"0\" mb=\"1\" cb=\"1\"/><line nr=\"8\" mi=\"2\" ci=\"¤\" mb=\"0\" cb=\"1\"/><line nr=\"9\" mi=\"0\" ci=\"4\" mb=\"1\" cb=\"1\"/><line nr=\"10\" mi=\"1\" ci=\"0\" mb=\"0\" cb=\"1\"/><line nr=\"11\" mi=\"2\" ci=\"¤\" mb=\"1\" cb=\"1\"/><line nr=\"12\" mi=\"0\" ci=\"4\" mb=\"0\" cb=\"1\"/><line nr=\"13\" mi=\"1\" ci=\"0\" mb=\"1\" cb=\"1\"/><line nr=\"14\" mi=\"2\" ci=\"¤\" mb=\"0\" cb=\"1\"/><line nr=\"15\" mi=\"0\" ci=\"4\" mb=\"1\" cb=\"1\"/><line nr=\"16\" mi=\"1\" ci=\"0\" mb=\"0\" cb=\"1\"/><line nr=\"17\" mi=\"2\" ci=\"¤\" mb=\"1\" cb=\"1\"/><line nr=\"18\" mi=\"0\" ci=\"4\" mb=\"0\" cb=\"1\"/><line nr=\"19\" mi=\"1\" ci=\"0\" mb=\"1\" cb=\"1\"/><line nr=\"20\" mi=\"2\" ci=\"¤\" mb=\"0\" cb=\"1\"/><line nr=\"21\" mi=\"0\" ci=\"4\" mb=\"1\" cb=\"1\"/><line nr=\"22\" mi=\"1\" ci=\"0\" mb=\"0\" cb=\"1\"/><line nr=\"23\" mi=\"2\" ci=\"¤\" mb=\"1\" cb=\"1\"/><line nr=\"24\" mi=\"0\" ci=\"4\" mb=\"0\" cb=\"1\"/><line nr=\"25\" mi=\"1\" ci=\"0\" mb=\"1\" cb=\"1\"/><line nr=\"26\" mi=\"2\" ci=\"¤\" mb=\"0\" cb=\"1\"/><line nr=\"27\" mi=\"0\" ci=\"4\" mb=\"1\" cb=\"1\"/><line nr=\"28\" mi=\"1\" ci=\"0\" mb=\"0\" cb=\"1\"/><line nr=\"29\" mi=\"2\" ci=\"¤\" mb=\"1\" cb=\"1\"/><line nr=\"30\" mi=\"0\" ci=\"4\" mb=\"0\" cb=\"1\"/><line nr=\"31\" mi=\"1\" ci=\"0\" mb=\"1\" cb=\"1\"/><line nr=\"32\" mi=\"2\" ci=\"¤\" mb=\"0\" cb=\"1\"/><line nr=\"33\" mi=\"0\" ci=\"4\" mb=\"1\" cb=\"1\"/><line nr=\"34\" mi=\"1\" ci=\"0\" mb=\"0\" cb=\"1\"/><line nr=\"35\" mi=\"2\" ci=\"¤\" mb=\"1\" cb=\"1\"/><line nr=\"36\" mi=\"0\" ci=\"4\" mb=\"0\" cb=\"1\"/><line nr=\"37\" mi=\"1\" ci=\"0\" mb=\"1\" cb=\"1\"/><line nr=\"38\" mi=\"2\" ci=\"¤\" mb=\"0\" cb=\"1\"/><line nr=\"39\" mi=\"0\" ci=\"4\" mb=\"1\" cb=\"1\"/><line nr=\"40\" mi=\"1\" ci=\"0\" mb=\"0\" cb=\"1\"/><counter type=\"LINE\" missed=\"1\" covered=\"3\"/></sourcefile>\n",
        between: "",
        tail: "</package></report>\n",
    },
];
