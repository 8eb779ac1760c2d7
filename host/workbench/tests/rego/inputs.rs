//! Inputs made up from a number: the same number, the same input.

/// A sequence of numbers without meaning (xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % bound
    }

    fn one_of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        let index = self.below(all.len() as u64);
        all[usize::try_from(index).unwrap()]
    }
}

pub(crate) fn input(seed: u64) -> String {
    let mut dice = Dice((seed + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let count = dice.below(6);
    let containers: Vec<String> = (0..count).map(|_| container(&mut dice)).collect();
    let mut labels = Vec::new();
    for key in ["owner", "tier", "über"] {
        if dice.below(3) > 0 {
            let value = dice.one_of(&["shop", "web-1", "Not Good", "", "ünïcode", "9"]);
            labels.push(format!("\"{key}\": \"{value}\""));
        }
    }
    let limit = if dice.below(4) == 0 { format!(", \"limit\": {}", dice.below(6)) } else { String::new() };
    format!("{{\"containers\": [{}], \"labels\": {{{}}}{limit}}}", containers.join(", "), labels.join(", "))
}

fn container(dice: &mut Dice) -> String {
    let name = dice.one_of(&["api", "db", "cache", "proxy", "job", "queue", "log"]);
    let image = dice.one_of(&["api:1.2", "api:3", "db:16.1", "db:latest", "cache", "proxy:v2", "proxy:v3"]);
    let memory = dice.one_of(&["64Mi", "128Mi", "256Mi", "512Mi", "1Gi", "100MB"]);
    let port = dice.one_of(&["8080", "8443", "9090", "3000", "5432", "443", "1024"]);
    let weight = dice.one_of(&["1", "2", "2.5", "3.25", "0"]);
    let privileged = dice.below(3) > 0;
    format!(
        "{{\"name\": \"{name}\", \"image\": \"{image}\", \"memory\": \"{memory}\", \"port\": {port}, \"weight\": {weight}, \"privileged\": {privileged}}}"
    )
}
