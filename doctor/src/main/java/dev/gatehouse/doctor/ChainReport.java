package dev.gatehouse.doctor;

import java.security.cert.X509Certificate;
import java.util.List;

import org.jspecify.annotations.Nullable;

import dev.gatehouse.diagnosis.Cause;
import dev.gatehouse.diagnosis.Certainty;

/// What there is to say about a chain of certificates as a server presented it.
///
/// @param chain the server's own first
/// @param derBytes of all certificates together
/// @param messageBytes of the Certificate message of TLS 1.2: what a device must hold to verify it
/// @param anchor the root that verifies it; null when none does
/// @param anchorIsTheSystems whether that root is in the system's store, false: from `--cafile`
/// @param systems whether the system's store verifies it, also when the root is that of `--cafile`
/// @param problems what makes a client refuse it; empty when it is good
/// @param remarks what does not, and is worth knowing
public record ChainReport(List<X509Certificate> chain, int derBytes, int messageBytes,
        @Nullable X509Certificate anchor, boolean anchorIsTheSystems, boolean systems, List<Problem> problems,
        List<String> remarks) {
    public ChainReport {
        chain = List.copyOf(chain);
        problems = List.copyOf(problems);
        remarks = List.copyOf(remarks);
    }

    /// A reason to refuse the chain.
    public record Problem(Cause cause, Certainty certainty, String sentence) {}
}
