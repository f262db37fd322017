package dev.gatehouse.server.access;

import java.util.SplittableRandom;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import dev.gatehouse.mqtt.Secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class PasswordHashTest {
    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '"', value = {
            // The test vectors of the reference implementation of Argon2.
            "password $argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "password $argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
            "password $argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            // Those of bcrypt in OpenWall's crypt_blowfish, the second one with the names other programs write.
            "U*U $2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "U*U $2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW",
            "U*U $2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"})
    void a_hash_made_elsewhere_is_verified(String password, String hash) {
        assertThat(PasswordHash.check(hash)).isEmpty();
        assertThat(PasswordHash.verify(Secret.of(password), hash)).isTrue();
        assertThat(PasswordHash.verify(Secret.of(password + "x"), hash)).isFalse();
        assertThat(PasswordHash.verify(Secret.of(""), hash)).isFalse();
    }

    @Test
    void a_hash_made_here_has_a_salt_of_its_own_and_is_verified() {
        SplittableRandom random = new SplittableRandom(7);
        String first = PasswordHash.hash(Secret.of("s3cret ü"), random);
        String second = PasswordHash.hash(Secret.of("s3cret ü"), random);

        assertThat(first).startsWith("$argon2id$v=19$m=19456,t=2,p=1$").isNotEqualTo(second);
        assertThat(PasswordHash.verify(Secret.of("s3cret ü"), first)).isTrue();
        assertThat(PasswordHash.verify(Secret.of("s3cret ü"), second)).isTrue();
        assertThat(PasswordHash.verify(Secret.of("s3cret u"), first)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '"', value = {
            "5f4dcc3b5aa765d61d8327deb882cf99 must_be_an_Argon2id_hash",
            "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$iekCn0Y3spW+sCcFanM2xBT63UP2sghkUoHLIUpWRS8 must_be_an_Argon2id",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ must_be_an_Argon2id_hash",
            "$argon2id$v=19$m=262145,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4 must_not_cost",
            "$argon2id$v=19$m=256,t=17,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4 must_not_cost",
            "$argon2id$v=19$m=256,t=0,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4 must_have_t_and_p",
            "$argon2id$v=19$m=15,t=2,p=2$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4 must_have_t_and_p",
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi cut_off",
            "$2a$16$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW bcrypt_cost_from_4_to_15,_not_16",
            "$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW must_be_an_Argon2id_hash"})
    void a_hash_that_cannot_be_used_is_refused_and_says_why(String hash, String why) {
        assertThat(PasswordHash.check(hash).orElseThrow()).contains(why.replace('_', ' '));
        assertThatThrownBy(() -> PasswordHash.verify(Secret.of("x"), hash))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
