package dev.gatehouse.diagnosis;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

class CauseTest {
    private static final Set<String> PLACEHOLDERS = Set.of("host", "name", "tenant", "user", "client", "listener",
            "remote", "topic", "limit");

    @ParameterizedTest
    @EnumSource
    void every_cause_says_what_happened_and_what_to_do(Cause cause) {
        assertThat(cause.id()).matches("[a-z0-9]+(-[a-z0-9]+)*");
        assertThat(cause.title()).hasSizeBetween(10, 80).doesNotEndWith(".").doesNotContain("{");
        assertThat(cause.explanation()).hasSizeGreaterThan(40).endsWith(".").doesNotContain("{");
        assertThat(cause.fix()).hasSizeGreaterThan(10).endsWith(".");
        assertThat(cause.wire()).hasSizeBetween(5, 200).doesNotContain("{");
        Matcher placeholders = Pattern.compile("\\{([^}]*)}").matcher(cause.fix());
        while (placeholders.find()) {
            assertThat(PLACEHOLDERS).contains(placeholders.group(1));
        }
    }

    @Test
    void ids_are_unique_and_lead_back_to_their_cause() {
        assertThat(Arrays.stream(Cause.values()).map(Cause::id)).doesNotHaveDuplicates();
        for (Cause cause : Cause.values()) {
            assertThat(Cause.byId(cause.id())).contains(cause);
        }
        assertThat(Cause.byId("no-such-cause")).isEmpty();
    }

    @Test
    void ids_that_others_rely_on_stay() throws IOException {
        List<String> stay = resource("ids-for-ever.txt").lines().toList();
        assertThat(stay).hasSize(89);
        assertThat(Arrays.stream(Cause.values()).map(Cause::id)).containsAll(stay);
    }

    @Test
    void the_texts_have_a_section_for_every_cause_and_no_other() throws IOException {
        assertThat(CauseTexts.parse(resource("causes.md")).keySet())
                .isEqualTo(Arrays.stream(Cause.values()).map(Cause::id).collect(Collectors.toSet()));
    }

    @Test
    void no_line_of_the_texts_is_longer_than_120_columns() throws IOException {
        assertThat(resource("causes.md").lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
    }

    @Test
    void a_plain_listener_is_not_spoken_to_about_the_server_name_when_the_user_name_lacks_the_tenant() {
        assertThat(Cause.TENANT_NOT_NAMED.wire()).contains("user@tenant").doesNotContain("SNI");
        assertThat(Cause.TENANT_NOT_NAMED.fix()).contains("{user}@<tenant>", "{listener}");
    }

    @Test
    void a_stranger_cannot_tell_an_unknown_tenant_from_an_unknown_user_or_a_wrong_password() {
        Set<Cause> alike = EnumSet.of(Cause.SNI_UNKNOWN, Cause.TENANT_UNKNOWN, Cause.BAD_CREDENTIALS,
                Cause.CREDENTIALS_MISSING, Cause.SCRAM_KEYS_MISSING);
        assertThat(alike.stream().map(Cause::wire).distinct()).singleElement().asString()
                .contains("server name (SNI)", "user name", "password");
        for (Ending ending : List.of(Ending.UNKNOWN_SERVER_NAME, Ending.ADDRESS_AS_SERVER_NAME, Ending.UNKNOWN_USER,
                Ending.WRONG_PASSWORD, Ending.USER_OF_OTHER_TENANT, Ending.UNKNOWN_TENANT_IN_USER_NAME,
                Ending.CREDENTIALS_MISSING, Ending.ANONYMOUS_NOT_ALLOWED)) {
            assertThat(alike).contains(Objects.requireNonNull(ending.cause()));
        }
    }

    @Test
    void the_fix_for_a_missing_server_name_names_the_calls_of_common_stacks() {
        assertThat(Cause.SNI_MISSING.fix()).contains("mbedtls_ssl_set_hostname", "esp_transport_ssl_set_common_name",
                "AT+CSSLCFG=\"enableSNI\",0,1", "-servername", "server_hostname=", "setServerNames",
                "{user}@{tenant}");
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Cause.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
