//! Writes YAML.

/// A serialisable value as YAML.
///
/// # Errors
/// When the value cannot be written as YAML, which is a mistake in rsctl.
pub fn yaml(value: &impl serde::Serialize) -> Result<String, String> {
    serde_saphyr::to_string(value).map_err(|error| error.to_string())
}
