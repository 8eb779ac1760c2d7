//! Manifests, by tag and by digest.

use super::{
    Access, Client,
    call::{Call, Sent, Wanted},
    error::{Cause, RequestError},
};
use crate::{limits::MANIFEST_BYTES_MAX, media, reference::Repository};
use bytes::Bytes;
use reqwest::{
    Method,
    header::{ACCEPT, CONTENT_TYPE, HeaderName},
};
use tidegate_core::digest::Digest;

const DOING: &str = "fetch the manifest of";
const PUTTING: &str = "push the manifest to";
const DIGEST: HeaderName = HeaderName::from_static("docker-content-digest");

impl Client {
    /// The manifest of this digest.
    pub(crate) async fn manifest(&self, repository: &Repository, digest: Digest) -> Result<Bytes, RequestError> {
        let bytes = self.named(repository, &digest.to_string()).await?;
        let found = Digest::of(&bytes);
        if found == digest {
            return Ok(bytes);
        }
        Err(Cause::OtherBytes { expected: digest, found }.when(DOING, repository))
    }

    /// The manifest that a tag names at this moment; `None`: the tag is not there.
    pub(crate) async fn tagged(&self, repository: &Repository, tag: &str) -> Result<Option<Bytes>, RequestError> {
        match self.named(repository, tag).await {
            Ok(bytes) => Ok(Some(bytes)),
            Err(RequestError { cause: Cause::NotFound, .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn named(&self, repository: &Repository, name: &str) -> Result<Bytes, RequestError> {
        let url =
            self.place(repository, &format!("manifests/{name}")).map_err(|cause| cause.when(DOING, repository))?;
        let call = Call {
            doing: DOING,
            repository,
            access: Access::Pull,
            method: Method::GET,
            url,
            // A list is asked for as well, so that it can be called one.
            headers: vec![(ACCEPT, media::MANIFEST), (ACCEPT, media::INDEX)],
            sent: Sent::Nothing,
            wanted: Wanted { what: "the manifest", allowed: MANIFEST_BYTES_MAX, told: None },
        };
        Ok(self.call(&call).await?.body)
    }

    /// Puts a manifest there, under the tag or else under its digest alone.
    pub(crate) async fn put_manifest(
        &self,
        repository: &Repository,
        tag: Option<&str>,
        bytes: &Bytes,
    ) -> Result<Digest, RequestError> {
        let digest = Digest::of(bytes);
        let name = tag.map_or_else(|| digest.to_string(), str::to_owned);
        let url =
            self.place(repository, &format!("manifests/{name}")).map_err(|cause| cause.when(PUTTING, repository))?;
        let call = Call {
            doing: PUTTING,
            repository,
            access: Access::Push,
            method: Method::PUT,
            url,
            headers: vec![(CONTENT_TYPE, media::MANIFEST)],
            sent: Sent::Bytes(bytes.clone()),
            wanted: Wanted::WORDS,
        };
        let answer = self.call(&call).await?;
        let said = answer.headers.get(DIGEST).and_then(|value| value.to_str().ok());
        match said.and_then(|text| Digest::parse(text).ok()).filter(|found| *found != digest) {
            Some(found) => Err(Cause::OtherBytes { expected: digest, found }.when(PUTTING, repository)),
            None => Ok(digest),
        }
    }
}
