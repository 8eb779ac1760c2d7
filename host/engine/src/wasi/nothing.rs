//! What there is none of: environment, arguments, terminals, files, sockets. Asked for, each is empty or refused, as WASI's own
//! words have it, so that a program can go on without. Whatever could only be reached through one of them cannot be reached.

use super::link::Interface;
use crate::{state::State, stop::Stop};
use wasmtime::{
    Result, StoreContextMut,
    component::{ComponentType, Lift, Lower, Resource},
};

type Store<'a> = StoreContextMut<'a, State>;

/// `terminal-input`
pub(super) struct TerminalInput;
/// `terminal-output`
pub(super) struct TerminalOutput;
/// `descriptor`
pub(super) struct Descriptor;
/// `network`; the only one that is handed out, since WASI knows no way to refuse it.
pub(super) struct Network;
/// `tcp-socket`
pub(super) struct TcpSocket;
/// `udp-socket`
pub(super) struct UdpSocket;
/// `resolve-address-stream`
pub(super) struct Resolving;

/// `environment`
pub(super) fn environment(interface: &mut Interface<'_>) -> Result<()> {
    interface.func_wrap("get-environment", |_: Store<'_>, (): ()| Ok((Vec::<(String, String)>::new(),)))?;
    interface.func_wrap("get-arguments", |_: Store<'_>, (): ()| Ok((Vec::<String>::new(),)))?;
    interface.func_wrap("initial-cwd", |_: Store<'_>, (): ()| Ok((None::<String>,)))
}

/// `exit`
pub(super) fn exit(interface: &mut Interface<'_>) -> Result<()> {
    interface.func_wrap("exit", |_: Store<'_>, (_,): (Result<(), ()>,)| -> Result<()> { Err(Stop::Exits.into()) })?;
    interface.func_wrap("exit-with-code", |_: Store<'_>, (_,): (u8,)| -> Result<()> { Err(Stop::Exits.into()) })
}

/// `terminal-stdin`, `terminal-stdout` and `terminal-stderr`
pub(super) fn terminals(interface: &mut Interface<'_>) -> Result<()> {
    interface.func_wrap("get-terminal-stdin", |_: Store<'_>, (): ()| Ok((None::<Resource<TerminalInput>>,)))?;
    for name in ["get-terminal-stdout", "get-terminal-stderr"] {
        interface.func_wrap(name, |_: Store<'_>, (): ()| Ok((None::<Resource<TerminalOutput>>,)))?;
    }
    Ok(())
}

/// `preopens`: the only way to a first file.
pub(super) fn preopens(interface: &mut Interface<'_>) -> Result<()> {
    interface.func_wrap("get-directories", |_: Store<'_>, (): ()| Ok((Vec::<(Resource<Descriptor>, String)>::new(),)))
}

/// `instance-network`, `tcp-create-socket`, `udp-create-socket` and `ip-name-lookup`: the only ways to a first socket.
pub(super) fn sockets(interface: &mut Interface<'_>) -> Result<()> {
    type Refused<T> = Result<(Result<Resource<T>, SocketError>,)>;
    interface.func_wrap("instance-network", |_: Store<'_>, (): ()| Ok((Resource::<Network>::new_own(0),)))?;
    interface.func_wrap("create-tcp-socket", |_: Store<'_>, (_,): (Family,)| -> Refused<TcpSocket> {
        Ok((Err(SocketError::AccessDenied),))
    })?;
    interface.func_wrap("create-udp-socket", |_: Store<'_>, (_,): (Family,)| -> Refused<UdpSocket> {
        Ok((Err(SocketError::AccessDenied),))
    })?;
    interface.func_wrap(
        "resolve-addresses",
        |_: Store<'_>, (_, _): (Resource<Network>, wasmtime::component::WasmStr)| -> Refused<Resolving> {
            Ok((Err(SocketError::AccessDenied),))
        },
    )
}

#[derive(ComponentType, Lift, Clone, Copy)]
#[component(enum)]
#[repr(u8)]
#[expect(dead_code, reason = "made only by being lifted from a plugin's memory")]
enum Family {
    #[component(name = "ipv4")]
    V4,
    #[component(name = "ipv6")]
    V6,
}

#[derive(ComponentType, Lower, Clone, Copy)]
#[component(enum)]
#[repr(u8)]
#[expect(dead_code, reason = "all cases of WASI's, of which one is ever given")]
enum SocketError {
    #[component(name = "unknown")]
    Unknown,
    #[component(name = "access-denied")]
    AccessDenied,
    #[component(name = "not-supported")]
    NotSupported,
    #[component(name = "invalid-argument")]
    InvalidArgument,
    #[component(name = "out-of-memory")]
    OutOfMemory,
    #[component(name = "timeout")]
    Timeout,
    #[component(name = "concurrency-conflict")]
    ConcurrencyConflict,
    #[component(name = "not-in-progress")]
    NotInProgress,
    #[component(name = "would-block")]
    WouldBlock,
    #[component(name = "invalid-state")]
    InvalidState,
    #[component(name = "new-socket-limit")]
    NewSocketLimit,
    #[component(name = "address-not-bindable")]
    AddressNotBindable,
    #[component(name = "address-in-use")]
    AddressInUse,
    #[component(name = "remote-unreachable")]
    RemoteUnreachable,
    #[component(name = "connection-refused")]
    ConnectionRefused,
    #[component(name = "connection-reset")]
    ConnectionReset,
    #[component(name = "connection-aborted")]
    ConnectionAborted,
    #[component(name = "datagram-too-large")]
    DatagramTooLarge,
    #[component(name = "name-unresolvable")]
    NameUnresolvable,
    #[component(name = "temporary-resolver-failure")]
    TemporaryResolverFailure,
    #[component(name = "permanent-resolver-failure")]
    PermanentResolverFailure,
}
