package dev.gatehouse.tls;

import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

/// A certificate or key that cannot be used. The message names the file and says what to do about it.
public final class CertificateFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /// What is wrong.
    public enum Reason {
        /// There is no such file, or it is no regular file.
        FILE_MISSING,
        /// The file exists and may not be read.
        FILE_UNREADABLE,
        /// The file cannot be written.
        FILE_UNWRITABLE,
        /// The file is not PEM, or what is in the PEM is damaged.
        MALFORMED,
        /// No certificate in the certificate file.
        NO_CERTIFICATE,
        /// No private key in the key file.
        NO_KEY,
        /// The certificate file has the key and the key file the certificate.
        SWAPPED,
        /// The key needs a password.
        KEY_ENCRYPTED,
        /// Neither RSA nor EC, or a size that TLS clients refuse.
        KEY_UNSUPPORTED,
        /// The key belongs to another certificate.
        KEY_MISMATCH,
        /// The server's certificate is not the first one, or a certificate did not issue the one before it.
        CHAIN_ORDER,
        /// The name for which a certificate is wanted is no host name.
        BAD_DOMAIN
    }

    CertificateFault(Reason reason, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    CertificateFault(Reason reason, String message) {
        this(reason, message, null);
    }

    static CertificateFault unwritable(Path path, Throwable cause) {
        return new CertificateFault(Reason.FILE_UNWRITABLE,
                "cannot write " + path + " (" + cause.getClass().getSimpleName() + "): check the folder's owner, its"
                        + " permissions and the free space",
                cause);
    }

    /// What is wrong, for a switch.
    public Reason reason() {
        return reason;
    }
}
