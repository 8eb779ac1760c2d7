//! Whatever a component imports of WASI 0.2, linked: what is granted to it does something, and the rest ends the call.

use super::{
    clocks,
    nothing::{self, Descriptor, Network, Resolving, TcpSocket, TerminalInput, TerminalOutput, UdpSocket},
    poll::{self, Pollable},
    printing::{self, InputStream, IoError, OutputStream},
    random,
};
use crate::{manifest::Names, state::State, stop::Stop};
use wasmtime::{
    Result,
    component::{Component, Linker, LinkerInstance, ResourceType, types::ComponentItem},
};

pub(super) type Interface<'a> = LinkerInstance<'a, State>;

/// The interface of WASI 0.2 that a name means: `io/poll` of `wasi:io/poll@0.2.3`.
pub(crate) fn interface(name: &str) -> Option<&str> {
    let (interface, version) = name.strip_prefix("wasi:")?.split_once('@')?;
    let patch = version.strip_prefix("0.2.")?;
    (!patch.is_empty() && patch.bytes().all(|b| b.is_ascii_digit())).then_some(interface)
}

/// Adds to the linker everything that this component imports of WASI, each interface under the very name it imports.
pub(crate) fn link(linker: &mut Linker<State>, component: &Component) -> Result<()> {
    let (engine, imported) = (component.engine().clone(), component.component_type());
    // What is granted is put over what is not.
    linker.allow_shadowing(true);
    let mut known = Vec::new();
    for (name, import) in imported.imports(&engine) {
        let (Some(interface), ComponentItem::ComponentInstance(instance)) = (interface(name), import.ty) else {
            continue;
        };
        let mut linked = linker.instance(name)?;
        for (item, export) in instance.exports(&engine) {
            match export.ty {
                ComponentItem::ComponentFunc(_) => refuse(&mut linked, name, item)?,
                // Known already: only a second name, for which nothing has to be linked.
                ComponentItem::Resource(resource) if !known.contains(&resource) => {
                    let kind = kind(interface, item).unwrap_or_else(|| unreachable_kind(known.len()));
                    linked.resource(item, kind, |_, _| Ok(()))?;
                    known.push(resource);
                }
                _ => {}
            }
        }
        grant(interface, &mut linked)?;
    }
    linker.allow_shadowing(false);
    Ok(())
}

/// A function that ends the call and says which it was.
fn refuse(linked: &mut Interface<'_>, interface: &str, function: &str) -> Result<()> {
    let name = Names(vec![format!("{interface}#{function}")]).to_string();
    linked.func_new(function, move |_, _, _, _| Err(Stop::NotGranted { name: name.clone() }.into()))
}

fn grant(interface: &str, linked: &mut Interface<'_>) -> Result<()> {
    match interface {
        "clocks/wall-clock" => clocks::wall(linked),
        "clocks/monotonic-clock" => clocks::monotonic(linked),
        "random/random" => random::random(linked),
        "random/insecure" => random::insecure(linked),
        "random/insecure-seed" => random::insecure_seed(linked),
        "io/poll" => poll::poll(linked),
        "io/streams" => printing::streams(linked),
        "cli/stdin" | "cli/stdout" | "cli/stderr" => printing::stdio(linked),
        "cli/environment" => nothing::environment(linked),
        "cli/exit" => nothing::exit(linked),
        "cli/terminal-stdin" | "cli/terminal-stdout" | "cli/terminal-stderr" => nothing::terminals(linked),
        "filesystem/preopens" => nothing::preopens(linked),
        "sockets/instance-network"
        | "sockets/tcp-create-socket"
        | "sockets/udp-create-socket"
        | "sockets/ip-name-lookup" => nothing::sockets(linked),
        _ => Ok(()),
    }
}

/// The kinds of handles that functions which are granted speak of.
fn kind(interface: &str, resource: &str) -> Option<ResourceType> {
    Some(match (interface, resource) {
        ("io/error", "error") => ResourceType::host::<IoError>(),
        ("io/poll", "pollable") => ResourceType::host::<Pollable>(),
        ("io/streams", "input-stream") => ResourceType::host::<InputStream>(),
        ("io/streams", "output-stream") => ResourceType::host::<OutputStream>(),
        ("cli/terminal-input", "terminal-input") => ResourceType::host::<TerminalInput>(),
        ("cli/terminal-output", "terminal-output") => ResourceType::host::<TerminalOutput>(),
        ("filesystem/types", "descriptor") => ResourceType::host::<Descriptor>(),
        ("sockets/network", "network") => ResourceType::host::<Network>(),
        ("sockets/tcp", "tcp-socket") => ResourceType::host::<TcpSocket>(),
        ("sockets/udp", "udp-socket") => ResourceType::host::<UdpSocket>(),
        ("sockets/ip-name-lookup", "resolve-address-stream") => ResourceType::host::<Resolving>(),
        _ => return None,
    })
}

/// A kind of handle that nobody ever gets, unlike every other.
fn unreachable_kind(place: usize) -> ResourceType {
    ResourceType::host_dynamic(u32::try_from(place).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::interface;

    #[test]
    fn only_wasi_0_2_is_meant() {
        for (name, expected) in [
            ("wasi:io/poll@0.2.0", Some("io/poll")),
            ("wasi:http/types@0.2.12", Some("http/types")),
            ("wasi:io/poll@0.3.0", None),
            ("wasi:io/poll@0.2.0-rc.1", None),
            ("wasi:io/poll@0.2.", None),
            ("wasi:io/poll", None),
            ("wasi_snapshot_preview1", None),
            ("tidegate:policy/log@0.1.0", None),
        ] {
            assert_eq!(interface(name), expected, "{name}");
        }
    }
}
