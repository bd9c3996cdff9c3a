"""What the story says of the ordinary traffic: who, when, what, and why no rule fires on it."""

ORDINARY = (
    (
        "production's nodes, one kubelet identity",
        "00:35, 01:05, 06:55, 07:05; rollouts from 07:00 to 18:00",
        "pull 45 repositories each, 90 images",
        "a limit of 200 in the example; three of the repositories are payments', under the variant's 10",
    ),
    (
        "a cluster of each team",
        "once at night, about 06:15 and 06:35, 12:30; rollouts from 07:00 to 18:00",
        "pulls 28 images when a node starts, and 6 for a rollout",
        "the limit is 40",
    ),
    ("jobs of the teams", "every two hours", "ask whether their tags have moved", "three images"),
    (
        "pipelines",
        "07:00 to 18:00, in trains of up to three services",
        "push five manifests for each image; some get 429 and send again",
        "15 images, and the limit is 20; the same digest counts once",
    ),
    ("pull requests, `contosodev`", "07:30 to 18:00", "push an image, which a cluster pulls", "one image at a time"),
    ("an import", "05:15", "four base images, whose rows name neither tag nor digest", "four images"),
    (
        "the Defender scanner",
        "03:30 to about 04:20; new images within two hours; `contosodev` all day",
        "reads over a hundred images in 15 minutes; `contosodev` refuses it with 403",
        "limits of its own in the example; failures do not count",
    ),
    ("`purge-task@example.com` with acr-cli", "00:20 and 00:50", "untags and deletes", "excused in the example"),
    (
        "people",
        "07:30 to 17:00",
        "pull a few images, one of each team 28 at once; wrong passwords, missing tags, names in any casing",
        "under the limit; failures do not count",
    ),
    ("people", "about 15:30", "try to delete an image and a repository", "refused with 405 and 403"),
    ("nobody, `contosodev`", "three times", "pulls with `<nil>` or `-` as identity", "one image of each address"),
    ("Azure Policy", "05:30", "sets the plans Containers and CloudPosture to Standard", "turns scanning on"),
    (
        "an administrator",
        "09:12 to 14:02",
        "sets another plan to Free, changes both registries",
        "the plan scans no images, and nobody is shut out",
    ),
    ("somebody", "10:40", "tries to set the plan Containers to Free", "refused"),
)
