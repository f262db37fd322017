package dev.gatehouse.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A certificate and key in files, re-read when the files change.
///
/// Renewal tools write the two files one after the other, or swing a symbolic link. A pair that does not load is
/// therefore looked at a second time, at the next [#refresh()], before it is reported; until a good pair is there the
/// old one stays.
///
/// - **Thread:** one thread calls [#refresh()] every few seconds and may block; the other methods are for any thread.
public final class ReloadingCertificate {
    private static final Logger log = LoggerFactory.getLogger(ReloadingCertificate.class);

    private final Path certificateFile;
    private final Path keyFile;
    private final InstantSource clock;
    private volatile KeyPairAndChain current;
    private volatile @Nullable String problem;
    private List<Stamp> used;
    private List<Stamp> failed = List.of();

    /// What tells one state of a file from another; links are followed.
    private record Stamp(Map<String, Object> attributes) {
        static Stamp of(Path file) {
            try {
                boolean unix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
                return new Stamp(Files.readAttributes(file,
                        unix ? "unix:ino,dev,size,lastModifiedTime,ctime,mode,uid" : "size,lastModifiedTime,fileKey"));
            } catch (IOException e) {
                return new Stamp(Map.of("absent", e.getClass().getName()));
            }
        }
    }

    /// Reads the files for the first time; a fault here is for the caller.
    public ReloadingCertificate(Path certificateFile, Path keyFile, InstantSource clock) throws CertificateFault {
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        this.clock = clock;
        this.used = stamps();
        this.current = CertificateFiles.read(certificateFile, keyFile);
        warn(current);
    }

    /// The pair to use now.
    public KeyPairAndChain current() {
        return current;
    }

    /// Why the files as they are now are not used; null when they are.
    public @Nullable String problem() {
        return problem;
    }

    /// Looks at the files and reads them when they changed.
    ///
    /// @return true when [#current()] is a new pair
    public boolean refresh() {
        List<Stamp> now = stamps();
        if (now.equals(used)) {
            problem = null;
            failed = List.of();
            return false;
        }
        boolean secondLook = now.equals(failed);
        if (secondLook && problem != null) {
            return false;
        }
        try {
            KeyPairAndChain read = CertificateFiles.read(certificateFile, keyFile);
            used = now;
            failed = List.of();
            problem = null;
            current = read;
            log.info("certificate {} re-read: {}, valid until {}", certificateFile, read.dnsNames(), read.notAfter());
            warn(read);
            return true;
        } catch (CertificateFault fault) {
            failed = now;
            if (secondLook) {
                problem = fault.getMessage();
                log.warn("the new certificate is not used, the one of before stays (valid until {}): {}",
                        current.notAfter(), fault.getMessage());
            }
            return false;
        }
    }

    /// Stamps are taken before the files are read: a change during the reading shows at the next look.
    private List<Stamp> stamps() {
        return List.of(Stamp.of(certificateFile), Stamp.of(keyFile));
    }

    private void warn(KeyPairAndChain pair) {
        CertificateFiles.warnings(pair, clock.instant())
                .forEach(warning -> log.warn("{}: {}", certificateFile, warning));
    }
}
