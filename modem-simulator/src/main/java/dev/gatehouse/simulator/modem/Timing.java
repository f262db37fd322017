package dev.gatehouse.simulator.modem;

/// How long things take, in milliseconds.
///
/// @param answerMillis from a command to its answer
/// @param promptMillis from a command with a payload to its prompt
/// @param payloadMillis from the payload's last byte to the answer
/// @param netOpenMillis from `AT+NETOPEN` to its result
/// @param closeMillis from `AT+CIPCLOSE` to its result
/// @param bootMillis from a reset to the first line
/// @param bootLineMillis from each line of a boot to the next
/// @param registrationMillis from boot to registration
/// @param speedMillis from the `OK` of `AT+IPR` to the new speed
/// @param guardMillis of silence before and after `+++`
public record Timing(int answerMillis, int promptMillis, int payloadMillis, int netOpenMillis, int closeMillis,
        int bootMillis, int bootLineMillis, int registrationMillis, int speedMillis, int guardMillis) {
    public Timing {
        if (bootMillis < 0) {
            throw new IllegalArgumentException("a reboot takes 0 ms or more, not " + bootMillis);
        }
    }

    /// As on a desk with good reception.
    public static Timing real() {
        return new Timing(5, 20, 20, 300, 50, 11_100, 700, 3000, 100, 1000);
    }

    /// As fast as it can be without changing what happens.
    public static Timing fast() {
        return new Timing(0, 1, 0, 1, 0, 30, 1, 5, 1, 20);
    }

    /// With other times for a reboot.
    public Timing withBoot(int newBootMillis) {
        return new Timing(answerMillis, promptMillis, payloadMillis, netOpenMillis, closeMillis, newBootMillis,
                Math.min(bootLineMillis, newBootMillis), Math.min(registrationMillis, newBootMillis), speedMillis,
                guardMillis);
    }
}
