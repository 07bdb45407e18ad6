/* What every pretended HID device has in common: it is made through /dev/uhid, answers the kernel, and says what arrives. */
#ifndef APPLIANCE_UHID_H
#define APPLIANCE_UHID_H

#include <stddef.h>
#include <stdint.h>

struct device {
    const char *name;
    uint16_t vendor, product;
    const uint8_t *descriptor;
    size_t descriptor_size;
    /* The host asks for a feature report: fills it, returns its length, or -1 for none. */
    int (*get)(uint8_t number, uint8_t *report);
    /* The host sends a report, by the control or the interrupt pipe. */
    void (*set)(const uint8_t *report, size_t size);
    /* A line on the standard input. */
    void (*told)(const char *line);
};

/* Runs until the standard input ends with "quit". Returns the exit code. */
int device_run(const struct device *device);

/* Sends an input report. */
void device_input(const uint8_t *report, size_t size);

extern const struct device cp2112, blink, usbrelay, lcus;

#endif
