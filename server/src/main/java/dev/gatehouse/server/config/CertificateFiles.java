package dev.gatehouse.server.config;

import java.nio.file.Path;

/// A certificate chain and its private key, both PEM. Whether they exist is seen by whoever opens them.
public record CertificateFiles(Path certificate, Path key) {}
