namespace Appliance.Core.Tests.LinuxHa;

/// <summary>
/// What two real nodes with Debian's heartbeat 1:3.0.6-13+b2 (key "testkey", sha1, auto_failback off) sent over a veth: datagrams as they
/// were, base64. The random identities of the nodes contain commas.
/// </summary>
internal static class Captured
{
    public static readonly byte[] StatusOfA = Convert.FromBase64String(
        "IyMjCjExOigwKXQ9c3RhdHVzLDEyOigwKXN0PWFjdGl2ZSw5OigwKWR0PWJiOCwxMzooMClwcm90b2NvbD0xLDEyOigwKXNyYz1wYngtYSwyNzooMSlzcmN1"
        + "dWlkPYU2o4oDGUWOrrMDJ0sH9CwsOTooMClzZXE9MzEsMTQ6KDApaGc9NmIwMjlhZGIsMTQ6KDApdHM9NmIwMmEwYjYsMzE6KDApbGQ9OC44NiA5LjU0IDcu"
        + "NjYgMTYvNDc1IDEzOSw4OigwKXR0bD0zLDUwOigwKWF1dGg9MSA2NjBhMWVhNzY3YjAyOWYzZmNjZGUyZjBjNmI0MDNlOGM5NjMwZjEzLCUlJQo0MjoxIGVh"
        + "OTM5Yjg3YTBkZTYzMDY3ZGQ0ODQ3MzYxYjdlZDBiNzg3YTM3Zjcs");

    public static readonly byte[] StatusOfB = Convert.FromBase64String(
        "IyMjCjExOigwKXQ9c3RhdHVzLDEyOigwKXN0PWFjdGl2ZSw5OigwKWR0PWJiOCwxMzooMClwcm90b2NvbD0xLDEyOigwKXNyYz1wYngtYiwyNzooMSlzcmN1"
        + "dWlkPTt4RyOvKEyFq68ztYJFArcsOTooMClzZXE9MzEsMTQ6KDApaGc9NmIwMjlhZGUsMTQ6KDApdHM9NmIwMmEwYjYsMzE6KDApbGQ9OC44NiA5LjU0IDcu"
        + "NjYgMTQvNDc1IDEzOCw4OigwKXR0bD0zLDUwOigwKWF1dGg9MSAyNjM2MGZkMzdhNGE3MzAyMTMyMGYzMzJlNmM1MTI4NzVhZjRlMzIxLCUlJQo0MjoxIDBj"
        + "ZDc1OGVkNzk0NDYxZGM3OGU0YWYxNzdiNDdhYTA0YzRkM2EzN2Qs");

    public static readonly byte[] WishOfA = Convert.FromBase64String(
        "IyMjCjE4OigwKXQ9YXNrX3Jlc291cmNlcywxNzooMClyc2NfaG9sZD1sb2NhbCwxMDooMClpbmZvPW1lLDEyOigwKXNyYz1wYngtYSwyNzooMSlzcmN1dWlk"
        + "PYU2o4oDGUWOrrMDJ0sH9CwsOTooMClzZXE9MzMsMTQ6KDApaGc9NmIwMjlhZGIsMTQ6KDApdHM9NmIwMmEwYjcsMzE6KDApbGQ9OC44NiA5LjU0IDcuNjYg"
        + "MTgvNDkwIDE1Miw4OigwKXR0bD0zLDUwOigwKWF1dGg9MSA3NmMzNjhmNTc4NmFlZDdiMjE5ZjJlZmNjYjhiMWI1ZGJkOTkzMjBkLCUlJQo0MjoxIGZhZmM3"
        + "YzczMjk2MjNmY2VhNTliYWY2OGRmMGQ2ODIxZWFjZmE1MDEs");

    public static readonly byte[] AssentOfB = Convert.FromBase64String(
        "IyMjCjE4OigwKXQ9YXNrX3Jlc291cmNlcywxNzooMClyc2NfaG9sZD1sb2NhbCwxMzooMClpbmZvPW90aGVyLDEyOigwKXNyYz1wYngtYiwyNzooMSlzcmN1"
        + "dWlkPTt4RyOvKEyFq68ztYJFArcsOTooMClzZXE9MzMsMTQ6KDApaGc9NmIwMjlhZGUsMTQ6KDApdHM9NmIwMmEwYjcsMzE6KDApbGQ9OC44NiA5LjU0IDcu"
        + "NjYgMTkvNDkwIDEzOCw4OigwKXR0bD0zLDUwOigwKWF1dGg9MSA3Y2M0ZWNmMjRhNjgzYmM2YjAwZWRjNmU0MzllMTFlMzFmNjczYTJhLCUlJQo0MjoxIDgy"
        + "YmNiZTg5MmQ3OTg2ZjI4MDgzMzkxNWQ2YmExNmE1MmMyYjQwMjEs");

    public static readonly byte[] GivesAway = Convert.FromBase64String(
        "IyMjCjEzOigwKXQ9cmVzb3VyY2UsMTY6KDApcnNjX2hvbGQ9bm9uZSwxMzooMClydHlwZT1mdWxsLDEzOigwKWlzc3RhYmxlPTAsMTU6KDApaW5mbz1zdGFu"
        + "ZGJ5LDEyOigwKXNyYz1wYngtYSwyNzooMSlzcmN1dWlkPYU2o4oDGUWOrrMDJ0sH9CwsOTooMClzZXE9MzQsMTQ6KDApaGc9NmIwMjlhZGIsMTQ6KDApdHM9"
        + "NmIwMmEwYjcsMzE6KDApbGQ9OC44NiA5LjU0IDcuNjYgMTYvNDkwIDE1Miw4OigwKXR0bD0zLDUwOigwKWF1dGg9MSA3NDg5YWM0ZGExMjQ4OTJkMTE4MDVi"
        + "ZWQ2MzJiN2Q5YjJiZjlhNWJkLCUlJQo0MjoxIGJlZGIwYWVjMjdhYmMzNDY1NWI2OWVkNDEzYzkxNDNkOTg2NTM5NzIs");

    public static readonly byte[] HoldsAll = Convert.FromBase64String(
        "IyMjCjEzOigwKXQ9cmVzb3VyY2UsMTU6KDApcnNjX2hvbGQ9YWxsLDEzOigwKXJ0eXBlPWZ1bGwsMTM6KDApaXNzdGFibGU9MSwxMjooMClzcmM9cGJ4LWIs"
        + "Mjc6KDEpc3JjdXVpZD07eEcjryhMhauvM7WCRQK3LDk6KDApc2VxPTM2LDE0OigwKWhnPTZiMDI5YWRlLDE0OigwKXRzPTZiMDJhMGI3LDMxOigwKWxkPTgu"
        + "ODYgOS41NCA3LjY2IDIzLzUxOCAxOTIsODooMCl0dGw9Myw1MDooMClhdXRoPTEgYzcxNTZkYmFkMTI5NWY3ZjJjZGQyMDM1YTJjMTg3NDYyNDg1ODdhMywl"
        + "JSUKNDI6MSBkZTUwZGY5ZGU5ZjhkYmEzNWU1NDAxOGM2MDliYmI0NjJlOWJhZDU0LA==");

    public static readonly byte[] AckOfA = Convert.FromBase64String(
        "IyMjCjE0OigwKXQ9TlNfYWNrbXNnLDEzOigwKWRlc3Q9cGJ4LWEsMTI6KDApYWNrc2VxPTM3LDI4OigxKWRlc3R1dWlkPYU2o4oDGUWOrrMDJ0sH9CwsMTI6"
        + "KDApc3JjPXBieC1hLDI3OigxKXNyY3V1aWQ9hTajigMZRY6uswMnSwf0LCwxNDooMCloZz02YjAyOWFkYiwxNDooMCl0cz02YjAyYTBiOCw4OigwKXR0bD0z"
        + "LDUwOigwKWF1dGg9MSBhNTAzNmRkNzJiNmY5Y2QwMTYyZWI4MDUwM2QzNTg0ZGIzNmQyNWMzLCUlJQo0MjoxIGRjNTM1YmU2MTlmZmNiM2MxZWU4MjdkMTU2"
        + "ZTkwNzZhNzU0OTdmMmEs");

    public static readonly byte[] HoldsNothing = Convert.FromBase64String(
        "IyMjCjEzOigwKXQ9cmVzb3VyY2UsMTY6KDApcnNjX2hvbGQ9bm9uZSwxMzooMClydHlwZT1mdWxsLDEzOigwKWlzc3RhYmxlPTEsMTI6KDApc3JjPXBieC1h"
        + "LDI3OigxKXNyY3V1aWQ9hTajigMZRY6uswMnSwf0LCw5OigwKXNlcT0zOCwxNDooMCloZz02YjAyOWFkYiwxNDooMCl0cz02YjAyYTBiOCwzMTooMClsZD04"
        + "Ljg2IDkuNTQgNy42NiAyMS81MDggMTk5LDg6KDApdHRsPTMsNTA6KDApYXV0aD0xIGYwMjQ1YjI4ZWU0MzA4MjcxZjI0N2E0ZDZiOTVkNWY1MDRhYzk2MmIs"
        + "JSUlCjQyOjEgZTE1YzdlM2VlOTk0MDM1ZGM2N2NkMDg3ZjhhZjM0NzA2ZjY4MTllYSw=");

    /// <summary>All of them.</summary>
    public static readonly byte[][] All = [StatusOfA, StatusOfB, WishOfA, AssentOfB, GivesAway, HoldsAll, HoldsNothing, AckOfA];
}
