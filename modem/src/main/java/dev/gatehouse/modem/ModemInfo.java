package dev.gatehouse.modem;

/// What the modem says about itself; texts are empty when it does not say.
///
/// @param simStatus such as `READY` or `SIM PIN`
/// @param registration such as `home network`
/// @param address the modem's own address in the provider's network, when it is online
public record ModemInfo(String manufacturer, String model, String firmware, String imei, String iccid, String simStatus,
        String operator, String technology, String registration, Signal signal, String address, ModemState state) {
    /// Strength of the radio signal, from `+CSQ`.
    ///
    /// @param rssi 0 to 31, or 99 when it is not known
    /// @param errorRate 0 to 7, or 99 when it is not known
    public record Signal(int rssi, int errorRate) {
        static final Signal UNKNOWN = new Signal(99, 99);

        public boolean isKnown() {
            return rssi >= 0 && rssi <= 31;
        }

        /// -113 to -51.
        public int dBm() {
            return -113 + 2 * rssi;
        }

        /// For people: `-71 dBm (good)`.
        @Override
        public String toString() {
            if (!isKnown()) {
                return "no signal";
            }
            String how = rssi >= 20
                    ? "excellent"
                    : rssi >= 15
                            ? "good"
                            : rssi >= 10
                                    ? "fair"
                                    : rssi >= 5
                                            ? "weak"
                                            : "very weak";
            return dBm() + " dBm (" + how + ")";
        }
    }

    /// The IMEI with only its first eight digits, which name the type of the device, readable.
    public String maskedImei() {
        return imei.length() <= 8 ? imei : imei.substring(0, 8) + "*".repeat(imei.length() - 8);
    }
}
