package dev.gatehouse.simulator.modem;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// Which modem it is. The families differ in little more than this.
public enum Profile {
    /// SIMCom A7670E, of the A76XX series: the modem of most LTE boards.
    A7670E("A7670E-FASE", "A7670M7_V1.11.1", "*ATREADY: 1", Prompt.BARE, 22, 108, 5),
    /// SIMCom A7672, the same series with other bands.
    A7672("A7672E-FASE", "A7672M7_V1.11.1", "*ATREADY: 1", Prompt.BARE, 22, 108, 5),
    /// SIMCom SIM7600, Qualcomm's chip: other numbers for some errors, a space after the prompt.
    SIM7600("SIMCOM_SIM7600E-H", "LE20B04SIM7600M22", "RDY", Prompt.SPACE, 21, 128, 4);

    private final String model;
    private final String revision;
    private final String banner;
    private final Prompt prompt;
    private final int noDataError;
    private final int fileNameBytesMax;
    private final int receiveModeMax;

    Profile(String model, String revision, String banner, Prompt prompt, int noDataError, int fileNameBytesMax,
            int receiveModeMax) {
        this.model = model;
        this.revision = revision;
        this.banner = banner;
        this.prompt = prompt;
        this.noDataError = noDataError;
        this.fileNameBytesMax = fileNameBytesMax;
        this.receiveModeMax = receiveModeMax;
    }

    /// By its name in small letters.
    public static Optional<Profile> named(String name) {
        return Arrays.stream(values()).filter(each -> each.toString().equals(name.toLowerCase(Locale.ROOT)))
                .findFirst();
    }

    /// All names, for messages.
    public static String names() {
        return Arrays.stream(values()).map(Profile::toString).collect(Collectors.joining(", "));
    }

    /// As in `AT+CGMM`.
    public String model() {
        return model;
    }

    String revision() {
        return revision;
    }

    String banner() {
        return banner;
    }

    Prompt prompt() {
        return prompt;
    }

    /// The number of `No data` among the `+IP ERROR`s.
    int noDataError() {
        return noDataError;
    }

    /// Of a certificate's file, with its ending.
    int fileNameBytesMax() {
        return fileNameBytesMax;
    }

    /// Of `AT+CIPRXGET`.
    int receiveModeMax() {
        return receiveModeMax;
    }

    /// Answers in words and not in numbers, whatever `ATV` says. Inferred: the driver that most programs for the A7672 use
    /// sends `ATV0` and then waits for `OK`.
    boolean hasWordsOnly() {
        return this == A7672;
    }

    boolean isA76xx() {
        return this != SIM7600;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// What asks for a payload.
    public enum Prompt {
        /// As the A7670 of many logs.
        BARE("\r\n>"),
        /// As SIM7600s.
        SPACE("\r\n> "),
        /// As the SIM7670G.
        LINE("\r\n>\r\n");

        private final String octets;

        Prompt(String octets) {
            this.octets = octets;
        }

        String octets() {
            return octets;
        }
    }
}
