/* A Silicon Labs CP2112 as hid-cp2112 expects it: eight GPIO lines, and an I2C bus with a PCF8574 at 0x27 and an HD44780 behind it.
   "set N 0|1" moves an input, "glass" prints what the display shows. Reports: AN495 of Silicon Labs. */
#include "uhid.h"

#include <stdio.h>
#include <string.h>

#define FEATURE(id, size) 0x85, id, 0x09, id, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, size, 0xb1, 0x02
#define OUTPUT(id, size) 0x85, id, 0x09, id, 0x95, size, 0x91, 0x02
#define INPUT(id, size) 0x85, id, 0x09, id, 0x95, size, 0x81, 0x02

static const uint8_t descriptor[] = {
    0x06, 0x00, 0xff, 0x09, 0x01, 0xa1, 0x01, FEATURE(0x02, 4), FEATURE(0x03, 1), FEATURE(0x04, 2), FEATURE(0x05, 2), FEATURE(0x06, 13),
    FEATURE(0x21, 9), OUTPUT(0x14, 63), OUTPUT(0x15, 63), INPUT(0x13, 63), INPUT(0x16, 63), OUTPUT(0x17, 63), 0xc0};

static uint8_t direction, push_pull, inputs, outputs;

/* The display: pins of the expander, and the controller in four-bit mode. */
static struct { uint8_t pins, upper; int has_upper, eights, four; unsigned address; char memory[0x68]; } lcd;

static void lcd_byte(int text, uint8_t value)
{
    if (text) {
        if (lcd.address < sizeof lcd.memory) lcd.memory[lcd.address++] = value;
    } else if (value & 0x80) lcd.address = value & 0x7f;
    else if (value == 0x01) memset(lcd.memory, ' ', sizeof lcd.memory), lcd.address = 0;
    else if ((value & 0xf0) == 0x30) lcd.four = 0, lcd.eights = 3;
}

static void lcd_strobe(int text, uint8_t nibble)
{
    if (!lcd.four) {
        if (nibble == 3) lcd.eights++;
        else if (nibble == 2 && lcd.eights >= 3) lcd.four = 1, lcd.has_upper = 0;
        else printf("lcd misunderstood %x\n", nibble);
    } else if (lcd.has_upper) lcd.has_upper = 0, lcd_byte(text, lcd.upper << 4 | nibble);
    else lcd.has_upper = 1, lcd.upper = nibble;
}

static int i2c_write(uint8_t address, const uint8_t *bytes, size_t size)
{
    if (address != 0x27) return 0;
    for (size_t i = 0; i < size; i++) {
        if ((lcd.pins & 4) && !(bytes[i] & 4)) lcd_strobe(bytes[i] & 1, bytes[i] >> 4);
        lcd.pins = bytes[i];
    }
    return 1;
}

static int get(uint8_t number, uint8_t *report)
{
    report[0] = number;
    switch (number) {
    case 0x02: report[1] = direction; report[2] = push_pull; report[3] = report[4] = 0; return 5;
    case 0x03: report[1] = (inputs & ~direction) | (outputs & direction); return 2;
    case 0x05: report[1] = 0x0c; report[2] = 0x03; return 3; /* part number, version */
    case 0x06: /* 100 kHz, address, auto send read, timeouts, retries: big endian */
        memcpy(report + 1, (const uint8_t[]){0, 1, 0x86, 0xa0, 2, 0, 0, 0, 0, 0, 0, 0, 0}, 13);
        return 14;
    case 0x21: memcpy(report + 1, (const uint8_t[]){0xc4, 0x10, 0x90, 0xea, 50, 0, 1, 0, 0}, 9); return 10;
    default: return -1;
    }
}

static int status; /* of the last transfer: complete or failed */

static void set(const uint8_t *report, size_t size)
{
    uint8_t reply[64] = {0x16};
    if (size < 2) return;
    switch (report[0]) {
    case 0x02: direction = report[1]; push_pull = report[2]; printf("gpio direction %02x\n", direction); break;
    case 0x04:
        outputs = (outputs & ~report[2]) | (report[1] & report[2]);
        printf("gpio output %02x\n", outputs);
        break;
    case 0x14: status = i2c_write(report[1] >> 1, report + 3, report[2]) ? 2 : 3; break;
    case 0x15: /* how did the transfer go? */
        reply[1] = status;
        reply[2] = status == 2 ? 5 : 0; /* succeeded, or address not acknowledged */
        device_input(reply, sizeof reply);
        break;
    default: break;
    }
}

static void told(const char *line)
{
    int number, level;
    if (sscanf(line, "set %d %d", &number, &level) == 2) inputs = level ? inputs | 1 << number : inputs & ~(1 << number);
    else if (!strcmp(line, "glass")) printf("glass |%.16s|%.16s|\n", lcd.memory, lcd.memory + 0x40);
}

const struct device cp2112 = {"cp2112", 0x10c4, 0xea90, descriptor, sizeof descriptor, get, set, told};
