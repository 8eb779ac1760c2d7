//! The flags that configure the gate.

/// The flags that configure the gate. They outrank variables and file.
// Texts, not typed values: a mistake in a flag is reported together with all other mistakes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Flags {
    /// Configuration file [default: `tidegate.yaml`, if there is one]
    #[arg(long, value_name = "FILE")]
    pub config: Option<String>,
    /// Where to listen; beyond this machine only with `tls` [default: 127.0.0.1:8780]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<String>,
    /// Where to keep the record and the caches [default: tidegate-data]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<String>,
    /// Policy set, or a folder of them; may be repeated [default: policies]
    #[arg(long, value_name = "PATH")]
    pub policies: Vec<String>,
    /// Development: plugins need no `sha256` in their policy set [default: they do]
    #[arg(long)]
    pub dev: bool,
    /// Form of log lines: text or json [default: text]
    #[arg(long, value_name = "FORMAT")]
    pub log_format: Option<String>,
    /// How much to log: error, warn, info, debug or trace [default: info]
    #[arg(long, value_name = "LEVEL")]
    pub log_level: Option<String>,
}

impl Flags {
    /// What was given: the flag, the key of the setting, the values.
    pub(super) fn given(&self) -> Vec<(&'static str, &'static str, Vec<String>)> {
        let one = |value: &Option<String>| value.iter().cloned().collect::<Vec<_>>();
        let all = [
            ("--listen", "listen", one(&self.listen)),
            ("--data-dir", "data_dir", one(&self.data_dir)),
            ("--policies", "policies", self.policies.clone()),
            ("--dev", "dev", self.dev.then(|| "true".to_owned()).into_iter().collect()),
            ("--log-format", "log.format", one(&self.log_format)),
            ("--log-level", "log.level", one(&self.log_level)),
        ];
        all.into_iter().filter(|(_, _, values)| !values.is_empty()).collect()
    }
}
