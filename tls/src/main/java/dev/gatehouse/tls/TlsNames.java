package dev.gatehouse.tls;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// Names of the IANA registries for TLS. A number without a name is written as hexadecimal: `0x1a2b`.
public final class TlsNames {
    private static final Map<Integer, String> VERSIONS = Map.of(0x0002, "SSL 2", 0x0300, "SSL 3", 0x0301, "TLS 1.0",
            0x0302, "TLS 1.1", 0x0303, "TLS 1.2", 0x0304, "TLS 1.3");

    private static final Map<Integer, String> GROUPS = table("""
            0013 secp192r1
            0015 secp224r1
            0016 secp256k1
            0017 secp256r1
            0018 secp384r1
            0019 secp521r1
            001a brainpoolP256r1
            001b brainpoolP384r1
            001c brainpoolP512r1
            001d x25519
            001e x448
            001f brainpoolP256r1tls13
            0020 brainpoolP384r1tls13
            0021 brainpoolP512r1tls13
            0100 ffdhe2048
            0101 ffdhe3072
            0102 ffdhe4096
            0103 ffdhe6144
            0104 ffdhe8192
            0200 MLKEM512
            0201 MLKEM768
            0202 MLKEM1024
            11eb SecP256r1MLKEM768
            11ec X25519MLKEM768
            11ed SecP384r1MLKEM1024
            6399 X25519Kyber768Draft00
            """);

    private static final Map<Integer, String> SIGNATURES = table("""
            0101 rsa_md5
            0201 rsa_pkcs1_sha1
            0202 dsa_sha1
            0203 ecdsa_sha1
            0301 rsa_sha224
            0302 dsa_sha224
            0303 ecdsa_sha224
            0401 rsa_pkcs1_sha256
            0402 dsa_sha256
            0403 ecdsa_secp256r1_sha256
            0501 rsa_pkcs1_sha384
            0502 dsa_sha384
            0503 ecdsa_secp384r1_sha384
            0601 rsa_pkcs1_sha512
            0602 dsa_sha512
            0603 ecdsa_secp521r1_sha512
            0804 rsa_pss_rsae_sha256
            0805 rsa_pss_rsae_sha384
            0806 rsa_pss_rsae_sha512
            0807 ed25519
            0808 ed448
            0809 rsa_pss_pss_sha256
            080a rsa_pss_pss_sha384
            080b rsa_pss_pss_sha512
            081a ecdsa_brainpoolP256r1tls13_sha256
            081b ecdsa_brainpoolP384r1tls13_sha384
            081c ecdsa_brainpoolP512r1tls13_sha512
            0904 mldsa44
            0905 mldsa65
            0906 mldsa87
            """);

    private static final Map<Integer, String> EXTENSIONS = table("""
            0000 server_name
            0001 max_fragment_length
            0005 status_request
            000a supported_groups
            000b ec_point_formats
            000d signature_algorithms
            000e use_srtp
            000f heartbeat
            0010 application_layer_protocol_negotiation
            0011 status_request_v2
            0012 signed_certificate_timestamp
            0013 client_certificate_type
            0014 server_certificate_type
            0015 padding
            0016 encrypt_then_mac
            0017 extended_master_secret
            001b compress_certificate
            001c record_size_limit
            0022 delegated_credential
            0023 session_ticket
            0029 pre_shared_key
            002a early_data
            002b supported_versions
            002c cookie
            002d psk_key_exchange_modes
            002f certificate_authorities
            0030 oid_filters
            0031 post_handshake_auth
            0032 signature_algorithms_cert
            0033 key_share
            0036 connection_id
            0039 quic_transport_parameters
            3374 next_protocol_negotiation
            4469 application_settings
            44cd application_settings
            fe0d encrypted_client_hello
            ff01 renegotiation_info
            """);

    private TlsNames() {}

    /// `TLS 1.3` for 0x0304.
    public static String version(int version) {
        return named(VERSIONS, version);
    }

    /// `TLS_AES_128_GCM_SHA256` for 0x1301.
    public static String cipherSuite(int suite) {
        return named(CipherSuiteNames.ALL, suite);
    }

    /// `x25519` for 0x001D.
    public static String group(int group) {
        return named(GROUPS, group);
    }

    /// `ecdsa_secp256r1_sha256` for 0x0403.
    public static String signatureAlgorithm(int algorithm) {
        return named(SIGNATURES, algorithm);
    }

    /// `server_name` for 0.
    public static String extension(int extension) {
        return named(EXTENSIONS, extension);
    }

    /// `unknown_ca` for 48.
    public static String alert(int number) {
        TlsAlert alert = TlsAlert.of(number);
        return alert == null ? hex8(number) : alert.ianaName();
    }

    /// `warning` for 1, `fatal` for 2.
    public static String alertLevel(int level) {
        return switch (level) {
            case 1 -> "warning";
            case 2 -> "fatal";
            default -> hex8(level);
        };
    }

    /// `handshake` for 22.
    public static String contentType(int type) {
        return switch (type) {
            case 20 -> "change_cipher_spec";
            case 21 -> "alert";
            case 22 -> "handshake";
            case 23 -> "application_data";
            case 24 -> "heartbeat";
            default -> hex8(type);
        };
    }

    static String hex8(int value) {
        return String.format(Locale.ROOT, "0x%02x", value);
    }

    static String hex16(int value) {
        return String.format(Locale.ROOT, "0x%04x", value);
    }

    private static String named(Map<Integer, String> names, int value) {
        String name = names.get(value);
        return name == null ? hex16(value) : name;
    }

    /// One entry per line: four hexadecimal digits, a space, the name.
    static Map<Integer, String> table(String lines) {
        Map<Integer, String> table = new HashMap<>();
        lines.lines().forEach(line -> {
            String before = table.put(Integer.parseInt(line.substring(0, 4), 16), line.substring(5));
            if (before != null) {
                throw new AssertionError(line + " is there twice");
            }
        });
        return Map.copyOf(table);
    }
}
