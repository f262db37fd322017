package dev.gatehouse.simulator.modem;

/// What is printed on the modem and on its SIM.
///
/// @param imei 15 digits
/// @param imsi 15 digits
/// @param iccid 19 or 20 digits
/// @param operator the network's name
/// @param address the modem's own in that network
/// @param pin what the SIM wants before it works; empty for nothing
public record Identity(String imei, String imsi, String iccid, String operator, String address, String pin) {
    /// One that looks real and belongs to nobody: a test network (001 01).
    public static final Identity USUAL = new Identity("860000000000018", "001010123456789", "8900101012345678901",
            "Gatehouse", "10.64.0.7", "");

    /// The same with a PIN.
    public Identity withPin(String newPin) {
        return new Identity(imei, imsi, iccid, operator, address, newPin);
    }
}
