"""How each block is written: what is shown to somebody who wrote it in another way."""

EXAMPLES = {
    "button": '{{ button("Label", "https://…") }}',
    "image": '{{ image("mine.jpg", alt="What the picture shows") }}',
    "divider": "{{ divider() }}",
    "quote": '{% call quote(by="Name") %} … {% endcall %}',
    "columns": "{% call columns() %} … {{ next_column() }} … {% endcall %}",
    "next_column": "{{ next_column() }}",
    "event": '{{ event("name-of-its-folder") }}',
    "upcoming_events": "{{ upcoming_events(3) }}",
    "article": '{{ article("name-of-its-folder") }}',
}
