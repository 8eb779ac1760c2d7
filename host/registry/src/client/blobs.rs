//! Blobs, by their digest.

use super::{
    Access, Client,
    call::{Call, Sent, Wanted},
    error::{Cause, RequestError},
    tries::Tries,
};
use crate::{manifest::Descriptor, reference::Repository};
use bytes::Bytes;
use reqwest::{
    Method, Url,
    header::{CONTENT_LENGTH, CONTENT_TYPE, LOCATION},
};
use tidegate_core::digest::Digest;

const DOING: &str = "push to";

/// Which blob it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// What is said of the component.
    Config,
    /// The policies of a bundle.
    Policies,
    /// The component: somebody wants to know how far it is.
    Component,
    /// What a signature signs.
    Payload,
}

impl Part {
    fn what(self) -> &'static str {
        match self {
            Self::Config => "the config",
            Self::Policies => "the policies",
            Self::Component => "the component",
            Self::Payload => "what a signature signs",
        }
    }

    fn fetching(self) -> &'static str {
        match self {
            Self::Config => "fetch the config of",
            Self::Policies => "fetch the policies of",
            Self::Component => "fetch the component of",
            Self::Payload => "fetch the signatures of",
        }
    }
}

impl Client {
    /// The blob that a manifest names: so many bytes of that digest. How many there may be is the caller's to say beforehand.
    pub(crate) async fn blob(
        &self,
        repository: &Repository,
        part: Part,
        blob: &Descriptor,
    ) -> Result<Bytes, RequestError> {
        let Descriptor { digest, size, .. } = *blob;
        let doing = part.fetching();
        let failed = |cause: Cause| cause.when(doing, repository);
        let call = Call {
            doing,
            repository,
            access: Access::Pull,
            method: Method::GET,
            url: self.place(repository, &format!("blobs/{digest}")).map_err(failed)?,
            headers: Vec::new(),
            sent: Sent::Nothing,
            wanted: Wanted { what: part.what(), allowed: size, told: (part == Part::Component).then_some(size) },
        };
        let bytes = self.call(&call).await?.body;
        if bytes.len() as u64 != size {
            return Err(failed(Cause::OtherSize { expected: size, found: bytes.len() as u64 }));
        }
        let found = Digest::of(&bytes);
        if found == digest { Ok(bytes) } else { Err(failed(Cause::OtherBytes { expected: digest, found })) }
    }

    /// Puts a blob there, unless it is there already.
    pub(crate) async fn put_blob(
        &self,
        repository: &Repository,
        part: Part,
        bytes: &Bytes,
    ) -> Result<(), RequestError> {
        let digest = Digest::of(bytes);
        if self.has_blob(repository, digest).await? {
            return Ok(());
        }
        let sent = if part == Part::Component { Sent::Component(bytes.clone()) } else { Sent::Bytes(bytes.clone()) };
        // What was begun may be gone after a failure: each attempt begins anew.
        let mut tries = Tries::of(self);
        loop {
            match self.uploaded(repository, digest, &sent).await {
                Ok(()) => return Ok(()),
                Err(error) => tries.again(error).await?,
            }
        }
    }

    async fn has_blob(&self, repository: &Repository, digest: Digest) -> Result<bool, RequestError> {
        let url = self.place(repository, &format!("blobs/{digest}")).map_err(|cause| cause.when(DOING, repository))?;
        match self.call(&pushing(repository, Method::HEAD, url, Sent::Nothing)).await {
            Ok(_) => Ok(true),
            Err(RequestError { cause: Cause::NotFound, .. }) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn uploaded(&self, repository: &Repository, digest: Digest, sent: &Sent) -> Result<(), RequestError> {
        let failed = |cause: Cause| cause.when(DOING, repository);
        let begin = self.place(repository, "blobs/uploads/").map_err(failed)?;
        let mut call = pushing(repository, Method::POST, begin.clone(), Sent::Nothing);
        call.headers = vec![(CONTENT_LENGTH, "0")];
        let begun = self.once(&call).await?;
        let to = begun.headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let to = to.ok_or_else(|| failed(Cause::Astray("nowhere with what is pushed".to_owned())))?;
        let mut url = self.led(repository, &begin, to).map_err(failed)?;
        url.query_pairs_mut().append_pair("digest", &digest.to_string());
        let mut call = pushing(repository, Method::PUT, url, sent.clone());
        call.headers = vec![(CONTENT_TYPE, "application/octet-stream")];
        self.once(&call).await.map(drop)
    }
}

fn pushing(repository: &Repository, method: Method, url: Url, sent: Sent) -> Call<'_> {
    let (access, headers, wanted) = (Access::Push, Vec::new(), Wanted::WORDS);
    Call { doing: DOING, repository, access, method, url, headers, sent, wanted }
}
