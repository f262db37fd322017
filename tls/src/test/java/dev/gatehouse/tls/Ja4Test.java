package dev.gatehouse.tls;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class Ja4Test {
    private static final int[] PUBLISHED_SUITES = {0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9,
            0xcca8, 0xc013, 0xc014, 0x009c, 0x009d, 0x002f, 0x0035};

    private static String ja4(HelloBytes bytes) {
        return ClientHelloParserTest.complete(Unpooled.wrappedBuffer(bytes.records())).ja4();
    }

    /// The extensions of the published example in their order, with what the fingerprint reads of them.
    private static HelloBytes published(int... signatures) {
        HelloBytes hello = new HelloBytes().extension(0x001b, "").serverName("example.org").extension(0x0033, "0000")
                .alpn("h2", "http/1.1").extension(0x4469, "").extension(0x0017, "").extension(0x002d, "0101");
        if (signatures.length > 0) {
            hello.list16(13, signatures);
        } else {
            hello.extension(13, "0000");
        }
        return hello.extension(0x0005, "").extension(0x0023, "").extension(0x0012, "").supportedVersions(0x0304, 0x0303)
                .extension(0xff01, "00").extension(0x000b, "0100").list16(10, 0x001d).extension(0x0015, "0000");
    }

    @Test
    void the_published_example_comes_out_as_published() {
        HelloBytes hello = published(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601)
                .suites(PUBLISHED_SUITES);

        assertThat(ja4(hello)).isEqualTo("t13d1516h2_8daaf6152771_e5627efa2ab1");
    }

    @Test
    void grease_changes_nothing() {
        int[] suites = new int[PUBLISHED_SUITES.length + 1];
        suites[0] = 0x5a5a;
        System.arraycopy(PUBLISHED_SUITES, 0, suites, 1, PUBLISHED_SUITES.length);
        HelloBytes hello = published(0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601).suites(suites)
                .extension(0xdada, "00");

        assertThat(ja4(hello)).isEqualTo("t13d1516h2_8daaf6152771_e5627efa2ab1");
    }

    @Test
    void without_signature_algorithms_there_is_no_underscore_in_what_is_hashed() {
        assertThat(ja4(published().suites(PUBLISHED_SUITES))).isEqualTo("t13d1516h2_8daaf6152771_6d807ffa2a79");
    }

    @Test
    void nothing_to_hash_is_twelve_zeros() {
        assertThat(ja4(new HelloBytes().suites().withoutExtensions()))
                .isEqualTo("t12i000000_000000000000_000000000000");
    }

    @ParameterizedTest(name = "ALPN {0} is {1}")
    @CsvSource({"h2, h2", "http/1.1, h1", "mqtt, mt", "x, xx", "\u00ab, ab", "\u00ab\u00cd, ad", "0\u00ab, 3b",
            "01\u00ab\u00cd, 3d", "0\u00ab\u00cd1, 01"})
    void the_alpn_is_its_first_and_last_character_or_those_of_its_hexadecimal_form(String alpn, String expected) {
        assertThat(ja4(new HelloBytes().alpn(alpn))).startsWith("t12i0101" + expected + "_");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"772, 13", "771, 12", "770, 11", "769, 10", "768, s3", "2, s2", "1, 00"})
    void the_version_is_the_legacy_one_when_no_versions_are_listed(int legacyVersion, String expected) {
        assertThat(ja4(new HelloBytes().legacyVersion(legacyVersion))).startsWith("t" + expected + "i0100");
    }

    @Test
    void more_than_99_suites_count_as_99() {
        int[] suites = new int[120];
        for (int i = 0; i < suites.length; i++) {
            suites[i] = 0xc001 + i;
        }
        assertThat(ja4(new HelloBytes().suites(suites))).startsWith("t12i9900");
    }
}
