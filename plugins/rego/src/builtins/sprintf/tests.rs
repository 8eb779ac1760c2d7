//! Each line is what Go's `fmt.Sprintf` gives for these arguments.

use super::{arg::Arg, formatted};
use regorus::Value;

fn written(format: &str, args: &str) -> String {
    let args = Value::from_json_str(args).unwrap();
    let args: Vec<Arg> = args.as_array().unwrap().iter().map(Arg::of).collect();
    formatted(format, &args)
}

#[track_caller]
fn all(table: &[(&str, &str, &str)]) {
    for (format, args, expected) in table {
        assert_eq!(written(format, args), *expected, "{format} {args}");
    }
}

#[test]
fn what_does_not_fit_is_said_in_the_text() {
    all(&[
        ("a %v b %v", r#"["x"]"#, "a x b %!v(MISSING)"),
        ("a %v", r#"["x", "y", 2, 1.5]"#, "a x%!(EXTRA string=y, int=2, float64=1.5)"),
        ("a %d", r#"["x"]"#, "a %!d(string=x)"),
        ("a %d", "[1.5]", "a %!d(float64=1.5)"),
        ("a %d", "[[1]]", "a %!d(string=[1])"),
        ("a %s", "[5]", "a %!s(int=5)"),
        ("%t", "[true]", "%!t(string=true)"),
        ("%.2f", "[1]", "%!f(int=01)"),
        ("%z", "[1]", "%!z(int=1)"),
        ("%p", r#"["x"]"#, "%!p(string=x)"),
        ("at 100%", "[]", "at 100%!(NOVERB)"),
        ("100% of %v", r#"["x"]"#, "100%!o(string=x)f %!v(MISSING)"),
        ("%", "[1]", "%!(NOVERB)%!(EXTRA int=1)"),
        ("%é", "[1]", "%!é(int=1)"),
        ("%9999999d", "[1]", "%!(NOVERB)%!(EXTRA int=1)"),
    ]);
}

#[test]
fn arguments_are_meant_by_their_numbers() {
    all(&[
        ("%[2]v %[1]v", r#"["x", "y"]"#, "y x"),
        ("%[1]v %[1]q", r#"["x"]"#, "x \"x\""),
        ("%[2]v %v", r#"["x", "y"]"#, "y %!v(MISSING)"),
        ("%[3]v", r#"["x"]"#, "%!v(BADINDEX)"),
        ("%[x]v", r#"["x"]"#, "%!v(BADINDEX)"),
        ("%[1]v", r#"["x", "y"]"#, "x"),
        ("%[3]*.[2]*[1]f", "[12.0625, 2, 6]", " 12.06"),
        ("%*d|%-*d|", "[4, 7, 4, 7]", "   7|7   |"),
        ("%*d|", "[-4, 7]", "7   |"),
        ("%*d", r#"["x", 7]"#, "%!(BADWIDTH)7"),
        ("%.*d", "[-1, 7]", "%!(BADPREC)7"),
    ]);
}

#[test]
fn whole_numbers() {
    all(&[
        ("%d %v", "[42, -7]", "42 -7"),
        ("%5d|%-5d|%05d|%+d|% d", "[42, 42, 42, 42, 42]", "   42|42   |00042|+42| 42"),
        ("%06d|%.4d|%.0d|", "[-42, 42, 0]", "-00042|0042||"),
        ("%x %X %#x %o %#o %O %b %#b", "[255, 255, 255, 8, 8, 8, 5, 5]", "ff FF 0xff 10 010 0o10 101 0b101"),
        ("%c %q %U %#U", "[120, 120, 120, 120]", "x 'x' U+0078 U+0078 'x'"),
        ("%c", "[-1]", "\u{fffd}"),
        ("%T %T %T", "[1, 1.5, \"x\"]", "int float64 string"),
        ("%v", "[9223372036854775807]", "9223372036854775807"),
    ]);
    let big = Arg::of(&Value::from(1_u128 << 65));
    let expected = "36893488147419103232 36893488147419103232 20000000000000000 *big.Int";
    assert_eq!(formatted("%s %[1]d %[1]x %[1]T", &[big]), expected);
}

#[test]
fn other_numbers() {
    all(&[
        ("%v %v %v %v", "[1.5, 0.00001, 1234567.5, 123456.5]", "1.5 1e-05 1.2345675e+06 123456.5"),
        (
            "%f %.2f %5.2f|%-8.1f|%08.2f|%+.1f",
            "[1.5, 1.005, 1.5, 1.25, -1.5, 1.5]",
            "1.500000 1.00  1.50|1.2     |-0001.50|+1.5",
        ),
        ("%e %.1E %.0f", "[1234.5, 0.00012, 2.5]", "1.234500e+03 1.2E-04 2"),
        ("%g %.3g %.3g %G", "[0.0001, 1234.5, 0.5, 0.00000015]", "0.0001 1.23e+03 0.5 1.5E-07"),
        ("%5v|%05v", "[1.5, 1.5]", "  1.5|001.5"),
    ]);
}

#[test]
fn texts_and_values_that_are_written_as_texts() {
    all(&[
        ("%s %v", r#"["a", "b"]"#, "a b"),
        ("%-4s|%4s|%.2s|%05s", r#"["z", "z", "abc", "z"]"#, "z   |   z|ab|0000z"),
        ("%q %+q %#q %10q", r#"["a\"b\n", "é", "a\\b", "x"]"#, r#""a\"b\n" "\u00e9" `a\b`        "x""#),
        ("%x % X %#x %.1x", r#"["az", "az", "az", "az"]"#, "617a 61 7A 0x617a 61"),
        ("%#v %#v", r#"["x", 1]"#, "\"x\" 1"),
        ("%v %v %s", "[true, null, [\"p\", 1, {\"k\": []}]]", r#"true null ["p", 1, {"k": []}]"#),
        ("%%", "[]", "%"),
        ("日%s本", r#"["語"]"#, "日語本"),
    ]);
    assert_eq!(formatted("%v", &[Arg::of(&Value::new_set())]), "set()");
}
